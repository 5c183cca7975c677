"""Where the focus is, through frames, and how well it can be seen there."""

from __future__ import annotations

import io
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import FloatRect, JSHandle, Page

_FOCUSED: Final = """() => {
  let at = document.activeElement;
  while (at?.tagName === "IFRAME") at = at.contentDocument.activeElement;
  return at;
}"""
_NAME: Final = """(at) => {
  const name = at?.getAttribute("aria-label") || at?.labels?.[0]?.textContent || at?.textContent || "";
  return name.trim().replace(/\\s+/g, " ");
}"""
# The same for all stops that one rule of a style sheet covers: what they are, and in what.
_KIND: Final = """(at) => {
  const part = at.closest("[class*='st-key-'], .clinic, .pair, .leaflet-control, .leaflet-popup");
  const own = at.classList[0]?.replace(/^st-.*/, "");
  const names = (part?.className ?? "").replace(/st-emotion-cache-\\w+|is-chosen|e\\w+\\d/g, "");
  const around = names.replace(/(?<=st-key-\\w+)-\\S+/g, "");
  return [at.tagName, at.type, at.getAttribute("role"), own, around].join(" ");
}"""
_BOX: Final = """(at) => {
  const box = at.getBoundingClientRect();
  let [x, y] = [box.x, box.y];
  for (let view = at.ownerDocument.defaultView; view.frameElement; view = view.parent) {
    const frame = view.frameElement.getBoundingClientRect();
    [x, y] = [x + frame.x + view.frameElement.clientLeft, y + frame.y + view.frameElement.clientTop];
  }
  return {x, y, width: box.width, height: box.height};
}"""
# How far outside of its box a part may show that it has the focus.
_MARGIN_PX: Final = 10
# WCAG 2.2, criteria 1.4.11 and 2.4.13: this much contrast between the focused and the unfocused state.
_LEAST_CONTRAST: Final = 3.0

_Pixels = NDArray[np.float64]


def focused(page: Page) -> JSHandle:
    """The element with the focus, in whatever frame."""
    return page.evaluate_handle(_FOCUSED)


def name_of_focus(page: Page) -> str:
    """What the focus is on, by its name or its words."""
    return str(focused(page).evaluate(_NAME))


def kind_of_focus(page: Page) -> str:
    """What sort of thing the focus is on."""
    return str(focused(page).evaluate(_KIND))


def changed_pixels(page: Page) -> tuple[int, float]:
    """How many pixels the focus changes with enough contrast, and the perimeter in pixels of what has it.

    The part loses the focus for one picture and has it again afterwards, as by keyboard.
    """
    at = focused(page)
    box = at.evaluate(_BOX)
    clip = _clip(page, box)
    with_focus = _luminance(page.screenshot(clip=clip))
    at.evaluate("(at) => at.blur()")
    without = _luminance(page.screenshot(clip=clip))
    at.evaluate("(at) => at.focus({preventScroll: true})")
    lighter, darker = np.maximum(with_focus, without), np.minimum(with_focus, without)
    changed = (lighter + 0.05) / (darker + 0.05) >= _LEAST_CONTRAST
    return int(changed.sum()), 2 * (clip["width"] + clip["height"] - 4 * _MARGIN_PX)


def _clip(page: Page, box: FloatRect) -> FloatRect:
    """The box with its margin, as far as it is in the window."""
    size = page.viewport_size
    assert size is not None
    left, top = max(box["x"] - _MARGIN_PX, 0), max(box["y"] - _MARGIN_PX, 0)
    right = min(box["x"] + box["width"] + _MARGIN_PX, size["width"])
    bottom = min(box["y"] + box["height"] + _MARGIN_PX, size["height"])
    return {"x": left, "y": top, "width": right - left, "height": bottom - top}


def _luminance(picture: bytes) -> _Pixels:
    """WCAG's relative luminance of each pixel of a PNG."""
    rgb: _Pixels = np.asarray(Image.open(io.BytesIO(picture)).convert("RGB"), dtype=np.float64) / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    weighed: _Pixels = linear @ np.array([0.2126, 0.7152, 0.0722])
    return weighed
