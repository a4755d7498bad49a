"""Pictures that people send: decoded within limits and written anew, so that nothing else comes along.

Place data (EXIF, GPS), comments and hidden files do not survive: only the dots are kept.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from marketplace.domain.listings import NotAPicture

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_DOTS = 40_000_000
LONGEST = 1600
THUMBNAIL = 640


@dataclass(frozen=True, slots=True)
class Prepared:
    """A picture as WebP, with its size in dots, and a small one for lists."""

    full: bytes
    width: int
    height: int
    thumbnail: bytes


def prepare(content: bytes, *, longest: int = LONGEST, thumbnail: int = THUMBNAIL) -> Prepared:
    """Give the picture anew; NotAPicture for anything that is none, is broken, or has too many dots."""
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as check:
            _limit(check)
            check.verify()
        with Image.open(io.BytesIO(content), formats=FORMATS) as opened:
            _limit(opened)
            opened.draft("RGB", (longest, longest))
            upright = ImageOps.exif_transpose(opened)
            plain = _on_paper(upright)
    except (
        UnidentifiedImageError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
        OSError,
        SyntaxError,
        ValueError,
    ) as fault:
        raise NotAPicture from fault
    plain.thumbnail((longest, longest))
    small = plain.copy()
    small.thumbnail((thumbnail, thumbnail))
    return Prepared(_webp(plain), plain.width, plain.height, _webp(small))


def _limit(image: Image.Image) -> None:
    """Look at the size that the file claims, before a single dot is decoded."""
    if image.width * image.height > MOST_DOTS:
        raise NotAPicture


def _on_paper(image: Image.Image) -> Image.Image:
    """Give only the dots, on white where the picture is see-through; nothing else is copied."""
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        layer = image.convert("RGBA")
        paper = Image.new("RGB", layer.size, "white")
        paper.paste(layer, mask=layer.getchannel("A"))
        return paper
    paper = Image.new("RGB", image.size)
    paper.paste(image.convert("RGB"))
    return paper


def _webp(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "WEBP", quality=80, method=4)
    return out.getvalue()
