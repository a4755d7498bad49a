"""The form of a line in the basket: how much."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import InputRequired

from marketplace.web.forms.fields import QuantityField


class AmountForm(FlaskForm):  # type: ignore[misc]
    """How much of a line."""

    quantity: Any = QuantityField(_l("Hoeveel?"), [InputRequired(_l("Vul in hoeveel je wilt."))])
