"""The finder's web vitals on a mid-range phone, beside a bare Streamlit page: `python -m benchmarks.vitals`.

Largest Contentful Paint, Cumulative Layout Shift and Interaction to Next Paint as https://web.dev/articles/vitals
defines them, each from the browser's own observers.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final

from playwright.sync_api import Browser, Page, expect

from benchmarks.machine import Machine, describe, load_average
from benchmarks.pages import bare_server, chromium, our_server
from benchmarks.timing import Spread, interleaved, spread
from scripts.chromium import NONE_TO_BE_HAD, find
from tests.support.servers import ROOT

_ROUNDS: Final = 5
_PATIENCE_MS: Final = 60_000
# Late paints and shifts count too: those that come after the page looks ready.
_SETTLING_MS: Final = 1500
_ZIP: Final = "55407"
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
# The limits of a "good" page: https://web.dev/articles/defining-core-web-vitals-thresholds.
GOOD_CLS: Final = 0.1
_SESSION_GAP_MS: Final = 1000
_SESSION_LENGTH_MS: Final = 5000

WATCH: Final = """
(() => {
  if (window.top !== window) return;
  window.vitals = { lcp: null, shifts: [], interactions: {} };
  const observe = (type, note, more) => {
    const observer = new PerformanceObserver((list) => list.getEntries().forEach(note));
    observer.observe({ type, buffered: true, ...more });
  };
  observe("largest-contentful-paint", ({ startTime, element }) => {
    window.vitals.lcp = { at_ms: startTime, what: (element?.textContent ?? "").slice(0, 60) };
  });
  observe("layout-shift", ({ startTime, value, hadRecentInput }) => {
    if (!hadRecentInput) window.vitals.shifts.push([startTime, value]);
  });
  observe("event", ({ interactionId, duration }) => {
    const { interactions } = window.vitals;
    if (interactionId) interactions[interactionId] = Math.max(interactions[interactionId] ?? 0, duration);
  }, { durationThreshold: 16 });
})();
"""
"""A script that notes in `window.vitals` what the browser says from the first moment on."""


@dataclass(frozen=True, slots=True)
class Vitals:
    """One visit: the largest paint, when the page is there, shifts while loading and in all, the worst touch.

    `largest` is how the text that was painted largest begins.
    """

    lcp_ms: float
    largest: str
    ready_ms: float
    load_cls: float
    cls: float
    inp_ms: float


def cumulative_shift(shifts: Iterable[Sequence[float]]) -> float:
    """The largest sum of layout shifts in one session window; each shift is its time in ms and its score.

    A window ends after a second without a shift, or five seconds after it began. Shifts come in order of
    time.
    """
    worst = total = 0.0
    began_ms = last_ms = float("-inf")
    for at_ms, score in shifts:
        if at_ms - last_ms >= _SESSION_GAP_MS or at_ms - began_ms >= _SESSION_LENGTH_MS:
            total, began_ms = 0.0, at_ms
        total += score
        last_ms = at_ms
        worst = max(worst, total)
    return worst


def use_finder(page: Page) -> None:
    """Type a ZIP, submit, filter, and open the directions of the first clinic, all by touch."""
    field = page.get_by_label("ZIP code, city or address")
    field.tap()
    field.press_sequentially(_ZIP, delay=40)
    page.get_by_role("button", name="Find clinics").tap()
    expect(page.locator(".found")).to_contain_text(_ZIP, timeout=_PATIENCE_MS)
    page.wait_for_timeout(_SETTLING_MS)
    page.get_by_role("radio", name="Evaluation", exact=True).tap()
    page.wait_for_timeout(_SETTLING_MS)
    page.locator(".clinic summary", has_text="Directions").first.tap()
    page.wait_for_timeout(_SETTLING_MS)


def use_echo(page: Page) -> None:
    """Type a word into the bare page's box and submit it."""
    box = page.locator("input[type=text]").first
    box.tap()
    box.press_sequentially(_ZIP, delay=40)
    box.press("Enter")
    expect(page.get_by_test_id("stText")).to_contain_text(_ZIP, timeout=_PATIENCE_MS)
    page.wait_for_timeout(_SETTLING_MS)


def visit(browser: Browser, url: str, ready: str, use: Callable[[Page], None]) -> Vitals:
    """A first visit of a phone: the page is loaded until `ready` is seen, then used."""
    context = browser.new_context(**PHONE)
    try:
        context.add_init_script(WATCH)
        page = context.new_page()
        line = context.new_cdp_session(page)
        line.send("Network.enable")
        line.send("Network.emulateNetworkConditions", _NETWORK)
        line.send("Emulation.setCPUThrottlingRate", {"rate": _CPU_SLOWDOWN})
        page.goto(url, wait_until="commit", timeout=_PATIENCE_MS)
        expect(page.locator(ready).first).to_be_visible(timeout=_PATIENCE_MS)
        ready_ms = float(page.evaluate("performance.now()"))
        page.wait_for_timeout(2 * _SETTLING_MS)
        loaded: dict[str, Any] = page.evaluate("window.vitals")
        use(page)
        used: dict[str, Any] = page.evaluate("window.vitals")
    finally:
        context.close()
    # What is painted after the first touch is no longer of the load.
    return Vitals(
        lcp_ms=loaded["lcp"]["at_ms"],
        largest=loaded["lcp"]["what"],
        ready_ms=ready_ms,
        load_cls=cumulative_shift(loaded["shifts"]),
        cls=cumulative_shift(used["shifts"]),
        inp_ms=max(used["interactions"].values(), default=0.0),
    )


def run(browser: Browser) -> dict[str, list[Vitals]]:
    """The visits to each page, taking turns; each server answers one unmeasured visit first."""
    with our_server() as app, bare_server("echo_page.py") as echo:
        visits: Mapping[str, Callable[[int], Vitals]] = {
            "this project": lambda _: visit(browser, app.url, "#root .clinic h3", use_finder),
            "bare Streamlit page": lambda _: visit(browser, echo.url, "input[type=text]", use_echo),
        }
        for unmeasured in visits.values():
            unmeasured(0)
        return interleaved(visits, rounds=_ROUNDS)


_HEADING: Final = "## Web vitals on a phone"
_SECTION: Final = re.compile(rf"^{_HEADING}$.*?(?=^## |\Z)", flags=re.MULTILINE | re.DOTALL)
_PLACE: Final = "## How it is measured"
_HOW: Final = """\
Written by `make vitals`; the rest of this page stays as it is then. A first visit each time, on a screen of
390 x 844 with touch: the processor slowed down 4 times, 1.6 Mbit/s down, 750 kbit/s up and 150 ms there and
back, as Lighthouse has it for a mid-range phone on slow 4G. On the finder a ZIP is typed and submitted, a
filter is set and directions are opened; on the bare page, a text box and what it says back, a word is typed
and submitted. Median of {rounds} visits, with the smallest and the largest. A good page has an LCP of at most
2500 ms, a CLS of at most 0.1 and an INP of at most 200 ms. The finder's LCP is that of its start screen,
which says who this is and whom to call; "can be used" is when the list, or the text box, is there to see.
There is no graphics processor here, and street tiles are off."""


def section(found: Mapping[str, Sequence[Vitals]], machine: Machine) -> str:
    """The section of docs/benchmarks.md."""
    columns: dict[str, Callable[[Vitals], float]] = {
        "LCP": lambda one: one.lcp_ms,
        "can be used": lambda one: one.ready_ms,
        "CLS, loading": lambda one: one.load_cls,
        "CLS, whole visit": lambda one: one.cls,
        "INP": lambda one: one.inp_ms,
    }
    lines = [["page", *columns, "largest thing painted"], ["---"] * (len(columns) + 2)]
    for name, visits in found.items():
        cells = [_cell(label, spread([value(one) for one in visits])) for label, value in columns.items()]
        lines.append([name, *cells, " ".join(visits[-1].largest.split()).replace("|", " ")])
    table = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    versions = ", ".join(f"{name} {machine.versions[name]}" for name in ("streamlit", "streamlit-folium"))
    where = (
        f"{machine.date}; {machine.cores} cores, {machine.processor}; {machine.chromium}; Python"
        f" {machine.python}, {versions}; load average {machine.load_before:.1f} before,"
        f" {machine.load_after:.1f} after."
    )
    return "\n\n".join([_HEADING, _HOW.format(rounds=_ROUNDS), table, where])


def _cell(label: str, values: Spread) -> str:
    form = ".3f" if label.startswith("CLS") else ".0f"
    unit = "" if label.startswith("CLS") else " ms"
    return f"{values.median:{form}}{unit} ({values.low:{form}} to {values.high:{form}})"


def put_into(text: str, made: str) -> str:
    """The page with this section in the place of the one before, else before how it is all measured."""
    if _SECTION.search(text):
        return _SECTION.sub(lambda _: made + "\n\n", text).rstrip("\n") + "\n"
    before, marker, after = text.partition(_PLACE)
    return f"{before}{made}\n\n{marker}{after}".rstrip("\n") + "\n"


def kept(before: str, after: str) -> str:
    """The page `after`, with the section that the page `before` has."""
    found = _SECTION.search(before)
    return put_into(after, found.group().rstrip("\n")) if found else after


def main() -> int:
    """Measure and put the section into docs/benchmarks.md; 1 with one line where there is no Chromium."""
    path = find(os.environ)
    if path is None:
        print(NONE_TO_BE_HAD, file=sys.stderr)
        return 1
    began_s, load_before = monotonic(), load_average()
    with chromium(path) as browser:
        found = run(browser)
    made = section(found, describe(path, load_before=load_before, run_s=monotonic() - began_s))
    page = ROOT / "docs" / "benchmarks.md"
    page.write_text(put_into(page.read_text(encoding="utf-8"), made), encoding="utf-8")
    print(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
