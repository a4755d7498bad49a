"""The form with which the board says that prices and texts are right after KOR."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField
from wtforms.validators import DataRequired


class AfterKorForm(FlaskForm):  # type: ignore[misc]
    """Two things to look at; both are asked."""

    prices = BooleanField(
        _l("Het bestuur heeft de prijzen nagekeken."),
        [DataRequired(_l("Kijk eerst de prijzen na."))],
    )
    texts = BooleanField(
        _l("Het bestuur heeft de tekst op de factuur nagekeken."),
        [DataRequired(_l("Kijk eerst de tekst na."))],
    )
