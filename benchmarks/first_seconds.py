"""What a person sees of a page in its first seconds on a slow phone: its window at some moments, in a row."""

from __future__ import annotations

import base64
import io
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

from PIL import Image, ImageDraw, ImageFont, ImageOps
from playwright.sync_api import BrowserContext

from benchmarks.slow_phone import slow_page
from tests.e2e.gallery.contact_sheet import contact_sheet

MOMENTS_S: Final = (1, 2, 4, 8, 12)
_WIDTH_PX: Final = 390
_HEIGHT_PX: Final = 844
_CAPTION_PX: Final = 56
_SCALE: Final = 0.5
_NOTHING_YET: Final = Image.new("RGB", (_WIDTH_PX, _HEIGHT_PX), "white")


def first_seconds(context: BrowserContext, url: str) -> Image.Image:
    """Visit a page that nobody touches, and show what stood in the window at each of MOMENTS_S.

    The browser itself sends every picture that it draws, with the time at which it was drawn.
    """
    drawn: list[tuple[float, str]] = []
    page, line = slow_page(context)

    def keep(frame: Mapping[str, Any]) -> None:
        drawn.append((frame["metadata"]["timestamp"], frame["data"]))
        line.send("Page.screencastFrameAck", {"sessionId": frame["sessionId"]})

    line.on("Page.screencastFrame", keep)
    size = {"maxWidth": _WIDTH_PX, "maxHeight": _HEIGHT_PX}
    line.send("Page.startScreencast", {"format": "jpeg", "quality": 90, **size})
    page.goto(url, wait_until="commit")
    began_s = page.evaluate("performance.timeOrigin") / 1000
    while time.time() < began_s + max(MOMENTS_S):
        page.wait_for_timeout(100)
    line.send("Page.stopScreencast")
    return in_a_row([as_seen(drawn, began_s, moment_s) for moment_s in MOMENTS_S])


def as_seen(drawn: Sequence[tuple[float, str]], began_s: float, moment_s: float) -> Image.Image:
    """What was drawn last before a moment; `drawn` are times and pictures in base 64, in order.

    A window in which the visit has drawn nothing so far is white.
    """
    before = [picture for at_s, picture in drawn if began_s <= at_s <= began_s + moment_s]
    if not before:
        return _NOTHING_YET
    image = Image.open(io.BytesIO(base64.b64decode(before[-1]))).convert("RGB")
    return image.resize(_NOTHING_YET.size, Image.Resampling.LANCZOS)


def in_a_row(windows: Sequence[Image.Image]) -> Image.Image:
    """The windows side by side, each under its moment."""
    return contact_sheet(
        [_captioned(window, f"{moment_s} s") for window, moment_s in zip(windows, MOMENTS_S, strict=True)],
        scale=_SCALE,
    )


def _captioned(window: Image.Image, words: str) -> Image.Image:
    made = ImageOps.expand(window, border=(0, _CAPTION_PX, 0, 0), fill="#dfe5e8")
    font = ImageFont.load_default(_CAPTION_PX * 0.6)
    ImageDraw.Draw(made).text(
        (made.width / 2, _CAPTION_PX / 2), words, fill="#10202b", font=font, anchor="mm"
    )
    return made
