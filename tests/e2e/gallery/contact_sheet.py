"""Several pictures as one, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PIL import Image, ImageOps

_SCALE: Final = 0.6
_GAP_PX: Final = 16
_MAT: Final = "#7b8790"
_LINE: Final = "#5a6670"
_QUALITY: Final = 50
_SLOWEST_AND_SMALLEST: Final = 6
_TOP_PX: Final = 860
_COLOURS: Final = 256


def contact_sheet(pictures: Sequence[Image.Image], *, scale: float = _SCALE) -> Image.Image:
    """The pictures in a row on a mat of middle grey, their tops in line; at least one is needed."""
    framed = [
        ImageOps.expand(ImageOps.scale(one, scale, Image.Resampling.LANCZOS), 1, _LINE) for one in pictures
    ]
    width_px = sum(one.width for one in framed) + _GAP_PX * (len(framed) + 1)
    height_px = max(one.height for one in framed) + 2 * _GAP_PX
    sheet = Image.new("RGB", (width_px, height_px), _MAT)
    left_px = _GAP_PX
    for one in framed:
        sheet.paste(one, (left_px, _GAP_PX))
        left_px += one.width + _GAP_PX
    return sheet


def save(sheet: Image.Image, path: Path) -> None:
    """Write it as WebP, small enough for many to live in a repository."""
    sheet.save(path, "WEBP", quality=_QUALITY, method=_SLOWEST_AND_SMALLEST)


def save_top(picture: Image.Image, path: Path) -> None:
    """Write what is seen of it without scrolling, in its own size, as a PNG of few colours."""
    top = picture.convert("RGB").crop((0, 0, picture.width, min(picture.height, _TOP_PX)))
    top.quantize(_COLOURS).save(path, "PNG", optimize=True)
