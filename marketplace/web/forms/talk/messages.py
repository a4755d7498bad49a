"""The form to write a message. It checks shape only."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import TextAreaField
from wtforms.validators import Length, Optional

from marketplace.domain.talking.talk import LONGEST_TEXT


class MessageForm(FlaskForm):  # type: ignore[misc]
    """Words, a photo, or both."""

    text: Any = TextAreaField(
        _l("Jouw bericht"),
        [Optional(), Length(max=LONGEST_TEXT, message=_l("Neem hoogstens 2000 tekens."))],
    )
    photo: Any = FileField(
        _l("Foto"),
        [Optional()],
        description=_l("JPG, PNG of WebP. De plek waar je de foto nam, halen we eruit."),
    )

    def content(self) -> bytes | None:
        """Give the bytes of the photo, or None where none was chosen."""
        return self.photo.data.read() if self.photo.data else None
