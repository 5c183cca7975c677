"""A mid-range phone on slow 4G, as Lighthouse has it, played by Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page

PATIENCE_MS: Final = 60_000
PHONE: Final[dict[str, Any]] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
"""A phone's screen and fingers, as the options of a browser context."""

# Lighthouse's slow 4G and its slowdown of a desktop's processor to a mid-range phone's.
_CPU_SLOWDOWN: Final = 4
_BYTES_A_KBIT: Final = 125
_NETWORK: Final = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1638.4 * _BYTES_A_KBIT,
    "uploadThroughput": 750 * _BYTES_A_KBIT,
}


@contextmanager
def slow_phone(browser: Browser) -> Iterator[BrowserContext]:
    """A phone that was never anywhere."""
    context = browser.new_context(**PHONE)
    context.set_default_timeout(PATIENCE_MS)
    try:
        yield context
    finally:
        context.close()


def slow_page(context: BrowserContext) -> tuple[Page, CDPSession]:
    """An empty page of it, slowed down, and what says how the page comes over the line."""
    page = context.new_page()
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", _NETWORK)
    line.send("Emulation.setCPUThrottlingRate", {"rate": _CPU_SLOWDOWN})
    return page, line
