"""Forms of statements: confirming what was seen."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import IntegerField
from wtforms.validators import InputRequired, NumberRange


class ConfirmForm(FlaskForm):  # type: ignore[misc]
    """Which version the member saw; another one in the meantime is shown again first."""

    version = IntegerField(validators=[InputRequired(), NumberRange(1, 10_000)])
