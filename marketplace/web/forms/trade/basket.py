"""The form of a line in the basket: how much, and how it is handed over."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from marketplace.web.forms.fields import QuantityField


class AmountForm(FlaskForm):  # type: ignore[misc]
    """How much of a line, and how it is handed over where there is a choice."""

    quantity: Any = QuantityField(_l("Hoeveel?"), [InputRequired(_l("Vul in hoeveel je wilt."))])
    handover = StringField(validators=[Length(max=8)])
