"""The finder's first visit on a mid-range phone, beside a bare Streamlit page: `python -m benchmarks.vitals`.

Largest Contentful Paint, Cumulative Layout Shift and Interaction to Next Paint as
https://web.dev/articles/vitals defines them, each from the browser's own observers; when the list is
readable, a search answered and the live page there; and what came over the line until then.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final

from playwright.sync_api import Browser, CDPSession, Locator, Page, expect

from benchmarks import lighthouse
from benchmarks.first_seconds import MOMENTS_S, first_seconds
from benchmarks.machine import Machine, describe, load_average
from benchmarks.pages import bare_server, chromium, our_server
from benchmarks.slow_phone import PATIENCE_MS, slow_page, slow_phone
from benchmarks.timing import interleaved, spread
from scripts.chromium import NONE_TO_BE_HAD, find
from tests.e2e.gallery import book, contact_sheet
from tests.support.servers import ROOT

_ROUNDS: Final = 5
# Late paints and shifts count too: those that come after the page looks ready.
_SETTLING_MS: Final = 1500
_ZIP: Final = "55407"
_BINARY: Final = 2
OURS: Final = "this project"
BARE: Final = "bare Streamlit page"
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

# When something was seen first: the frame after the one that it is found in begins once that one is drawn.
# The clock is the machine's, so that a form that brings a new document can be followed.
_WATCH_SEEN: Final = """
({ readable, answer, text }) => {
  if (window.top !== window) return;
  window.seenAt = {};
  const isDrawn = (node) => Boolean(node?.checkVisibility());
  const watch = (name, isThere) => {
    const note = () => (window.seenAt[name] = performance.timeOrigin + performance.now());
    const look = () => requestAnimationFrame(isThere() ? note : look);
    requestAnimationFrame(look);
  };
  watch("list", () => isDrawn(document.querySelector(readable)));
  watch("answer", () => document.querySelector(answer)?.textContent.includes(text));
  let hasStarted = false;
  watch("live", () => {
    const start = document.getElementById("start");
    hasStarted ||= start !== null;
    return hasStarted && start === null;
  });
}
"""


@dataclass(frozen=True, slots=True)
class Vitals:
    """A visit that only looks, and another that uses the page; times count from the navigation.

    Of the one that looks: the largest paint and how its text begins, when the list can be read, when the live
    page had taken over (None where there is nothing to take over from), the layout shift until it has
    settled, what had come of files when the list could be read, and of files and messages in all. Of the one
    that uses it: when its search was answered, the layout shift in all and the worst touch.
    """

    lcp_ms: float
    largest: str
    list_ms: float
    live_ms: float | None
    load_cls: float
    list_bytes: int
    file_bytes: int
    message_bytes: int
    answered_ms: float
    cls: float
    inp_ms: float


@dataclass(frozen=True, slots=True)
class Kind:
    """A page to visit: CSS selectors of what is read first and of what says the answer, and how it is used.

    `begins_as_document` is whether another page takes the place of the one that is there first.
    """

    readable: str
    answer: str
    use: Callable[[Page], None]
    begins_as_document: bool = False


class Traffic:
    """What comes over the line of a page: files with their heads, and when; and messages of its websocket."""

    def __init__(self, line: CDPSession) -> None:
        self._parts: list[tuple[float, int]] = []
        self._began_s: float | None = None
        self.message_bytes = 0
        line.on("Network.requestWillBeSent", self._begin)
        line.on(
            "Network.responseReceived", lambda said: self._note(said, said["response"]["encodedDataLength"])
        )
        line.on("Network.dataReceived", lambda said: self._note(said, said["encodedDataLength"]))
        line.on("Network.webSocketFrameReceived", self._take_message)

    def _begin(self, said: Mapping[str, Any]) -> None:
        if self._began_s is None:
            self._began_s = said["timestamp"]

    def _note(self, said: Mapping[str, Any], size_bytes: float) -> None:
        self._parts.append((said["timestamp"], round(size_bytes)))

    def _take_message(self, said: Mapping[str, Any]) -> None:
        frame = said["response"]
        size = len(frame["payloadData"])
        # A binary message is told in base 64.
        self.message_bytes += size * 3 // 4 if frame["opcode"] == _BINARY else size

    def bytes_until(self, elapsed_ms: float = float("inf")) -> int:
        """What had come of files so many milliseconds after the first request."""
        began_s = self._began_s or 0.0
        return sum(size for at_s, size in self._parts if (at_s - began_s) * 1000 <= elapsed_ms)


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
    """Search in the first document at once; when the live page is there, filter and open directions."""
    start = page.locator("#start")
    _search(start.get_by_role("textbox"), start.get_by_role("button", name="Find clinics"))
    expect(start.locator(".found")).to_contain_text(_ZIP, timeout=PATIENCE_MS)
    expect(start).to_have_count(0, timeout=PATIENCE_MS)
    page.wait_for_timeout(_SETTLING_MS)
    expect(page.locator(".found")).to_contain_text(_ZIP, timeout=PATIENCE_MS)
    page.get_by_role("radio", name="Evaluation", exact=True).tap()
    page.wait_for_timeout(_SETTLING_MS)
    page.locator(".clinic summary", has_text="Directions").first.tap()
    page.wait_for_timeout(_SETTLING_MS)


def _search(field: Locator, button: Locator) -> None:
    field.tap()
    field.press_sequentially(_ZIP, delay=40)
    button.tap()


def use_echo(page: Page) -> None:
    """Type a word into the bare page's box and submit it."""
    box = page.locator("input[type=text]").first
    box.tap()
    box.press_sequentially(_ZIP, delay=40)
    box.press("Enter")
    expect(page.get_by_test_id("stText")).to_contain_text(_ZIP, timeout=PATIENCE_MS)
    page.wait_for_timeout(_SETTLING_MS)


_FINDER: Final = Kind("#start .clinic", "#start .found", use_finder, begins_as_document=True)
_ECHO: Final = Kind("input[type=text]", '[data-testid="stText"]', use_echo)


@dataclass(frozen=True, slots=True)
class _Seen:
    vitals: Mapping[str, Any]
    at_ms: Mapping[str, float]
    traffic: Traffic


def visit(browser: Browser, url: str, kind: Kind) -> Vitals:
    """Two first visits of a phone: one only looks until the page has settled, the other uses it at once."""
    looked, used = _visited(browser, url, kind, _look_on(kind)), _visited(browser, url, kind, kind.use)
    return Vitals(
        lcp_ms=looked.vitals["lcp"]["at_ms"],
        largest=looked.vitals["lcp"]["what"],
        list_ms=looked.at_ms["list"],
        live_ms=looked.at_ms.get("live"),
        load_cls=cumulative_shift(looked.vitals["shifts"]),
        list_bytes=looked.traffic.bytes_until(looked.at_ms["list"]),
        file_bytes=looked.traffic.bytes_until(),
        message_bytes=looked.traffic.message_bytes,
        answered_ms=used.at_ms["answer"],
        cls=cumulative_shift(used.vitals["shifts"]),
        inp_ms=max(used.vitals["interactions"].values(), default=0.0),
    )


def _look_on(kind: Kind) -> Callable[[Page], None]:
    def look(page: Page) -> None:
        if kind.begins_as_document:
            expect(page.locator("#start")).to_have_count(0, timeout=PATIENCE_MS)
        page.wait_for_timeout(2 * _SETTLING_MS)

    return look


def _visited(browser: Browser, url: str, kind: Kind, do: Callable[[Page], None]) -> _Seen:
    with slow_phone(browser) as context:
        context.add_init_script(WATCH)
        wanted = json.dumps({"readable": kind.readable, "answer": kind.answer, "text": _ZIP})
        context.add_init_script(f"({_WATCH_SEEN})({wanted})")
        page, line = slow_page(context)
        traffic = Traffic(line)
        page.goto(url, wait_until="commit", timeout=PATIENCE_MS)
        began_ms = page.evaluate("performance.timeOrigin")
        # Looked for at each frame, where an expectation would look less often the longer it takes.
        page.locator(kind.readable).first.wait_for()
        do(page)
        vitals, seen_at = page.evaluate("[window.vitals, window.seenAt]")
    return _Seen(vitals, {name: at_ms - began_ms for name, at_ms in seen_at.items()}, traffic)


def run(browser: Browser) -> dict[str, list[Vitals]]:
    """The visits to each page, taking turns; each server answers one unmeasured visit first."""
    with our_server() as app, bare_server("echo_page.py") as echo:
        visits: Mapping[str, Callable[[int], Vitals]] = {
            OURS: lambda _: visit(browser, app.url, _FINDER),
            BARE: lambda _: visit(browser, echo.url, _ECHO),
        }
        for unmeasured in visits.values():
            unmeasured(0)
        return interleaved(visits, rounds=_ROUNDS)


def picture(browser: Browser) -> None:
    """Write what is seen of each page in its first seconds into docs/gallery."""
    with our_server() as app, bare_server("echo_page.py") as echo:
        for name, url in ((book.FIRST_SECONDS, app.url), (book.FIRST_SECONDS_BARE, echo.url)):
            with slow_phone(browser) as context:
                made = first_seconds(context, url)
            contact_sheet.save(made, book.PICTURES / f"{name}{book.SUFFIX}")


def judged(path: str) -> list[lighthouse.Judgement] | str:
    """What Lighthouse says of the pages in the Chromium at `path`, or in a sentence why it says nothing."""
    try:
        with our_server() as app:
            return lighthouse.judge(app.url, path)
    except lighthouse.LighthouseError as exc:
        return str(exc)


_HEADING: Final = "## Web vitals on a phone"
_SECTION: Final = re.compile(rf"^{_HEADING}$.*?(?=^## |\Z)", flags=re.MULTILINE | re.DOTALL)
_PLACE: Final = "## How it is measured"
_HOW: Final = """\
Written by `make vitals`; the rest of this page stays as it is then. First visits each time, on a screen of
390 x 844 with touch: the processor slowed down 4 times, 1.6 Mbit/s down, 750 kbit/s up and 150 ms there and
back, as Lighthouse has it for a mid-range phone on slow 4G. Median of {rounds} rounds, with the smallest and
the largest; times are from the start of the navigation.

One visit of each round only looks: its are the largest paint, the list, the takeover and the shifts of
loading. The other, on the finder, types a ZIP and submits it in the first document as soon as that is there,
waits until Streamlit's page has taken over, sets a filter and opens directions. On the bare page, a text box
and what it says back, a word is typed and submitted; its list is that box. Streamlit comes to the finder when
the map comes near, when the person pauses, or after five seconds. Bytes are those of the
visit that only looks, heads included. There is no graphics processor here, and street tiles are off."""


@dataclass(frozen=True, slots=True)
class _Measure:
    """A row of the table; `aim` is the most that it may be, None where there is none."""

    name: str
    value: Callable[[Vitals], float | None]
    aim: float | None
    form: str

    def words(self, value: float) -> str:
        return self.form.format(value)


_MS: Final = "{:,.0f} ms"
_MEASURES: Final = (
    _Measure("list readable", lambda one: one.list_ms, 2000, _MS),
    _Measure("search answered", lambda one: one.answered_ms, 2000, _MS),
    _Measure("live page has taken over, untouched", lambda one: one.live_ms, None, _MS),
    _Measure("LCP", lambda one: one.lcp_ms, 1500, _MS),
    _Measure("INP", lambda one: one.inp_ms, 200, _MS),
    _Measure("CLS, loading", lambda one: one.load_cls, 0.02, "{:.3f}"),
    _Measure("CLS, whole visit", lambda one: one.cls, 0.02, "{:.3f}"),
    _Measure("received until the list is readable", lambda one: one.list_bytes / 1000, 120, "{:,.0f} kB"),
    _Measure("received in a first visit", lambda one: one.file_bytes / 1000, 900, "{:,.0f} kB"),
    _Measure("and the websocket's messages", lambda one: one.message_bytes / 1000, None, "{:,.0f} kB"),
)


def section(
    found: Mapping[str, Sequence[Vitals]], machine: Machine, judgements: Sequence[lighthouse.Judgement] | str
) -> str:
    """The section of docs/benchmarks.md."""
    rows = [["what", OURS, "aim", "met", BARE], ["---"] * 5]
    rows += [_row(measure, found) for measure in _MEASURES]
    largest = [" ".join(found[name][-1].largest.split()).replace("|", " ") for name in (OURS, BARE)]
    rows.append(["largest thing painted", largest[0], "", "", largest[1]])
    table = "\n".join("| " + " | ".join(row) + " |" for row in rows)
    versions = ", ".join(f"{name} {machine.versions[name]}" for name in ("streamlit", "streamlit-folium"))
    where = (
        f"{machine.date}; {machine.cores} cores, {machine.processor}; {machine.chromium}; Python"
        f" {machine.python}, {versions}; load average {machine.load_before:.1f} before,"
        f" {machine.load_after:.1f} after."
    )
    how = _HOW.format(rounds=len(found[OURS]))
    return "\n\n".join([_HEADING, how, table, _PICTURES, lighthouse.section(judgements), where])


def _row(measure: _Measure, found: Mapping[str, Sequence[Vitals]]) -> list[str]:
    values = {
        name: [value for one in visits if (value := measure.value(one)) is not None]
        for name, visits in found.items()
    }
    is_met = measure.aim is None or spread(values[OURS]).median <= measure.aim
    aim = "" if measure.aim is None else f"{measure.words(measure.aim)} or less"
    met = "" if measure.aim is None else "yes" if is_met else "**no**"
    return [measure.name, _cell(measure, values[OURS]), aim, met, _cell(measure, values[BARE])]


def _cell(measure: _Measure, values: Sequence[float]) -> str:
    if not values:
        return ""
    of_all = spread(values)
    return f"{measure.words(of_all.median)} ({measure.words(of_all.low)} to {measure.words(of_all.high)})"


_MOMENTS: Final = f"{', '.join(map(str, MOMENTS_S[:-1]))} and {MOMENTS_S[-1]} s"
_PICTURES: Final = f"""\
What stands in the window after {_MOMENTS}, while nobody touches it: the finder, then the bare page.

![The finder after {_MOMENTS}](gallery/{book.FIRST_SECONDS}{book.SUFFIX})

![The bare Streamlit page after {_MOMENTS}](gallery/{book.FIRST_SECONDS_BARE}{book.SUFFIX})"""


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
        picture(browser)
    judgements = judged(path)
    machine = describe(path, load_before=load_before, run_s=monotonic() - began_s)
    made = section(found, machine, judgements)
    page = ROOT / "docs" / "benchmarks.md"
    page.write_text(put_into(page.read_text(encoding="utf-8"), made), encoding="utf-8")
    print(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
