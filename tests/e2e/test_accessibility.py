"""Nothing on any page, in any state, light or dark, breaks a rule of WCAG 2.2 A or AA that axe-core has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.e2e.axe import Finding, Known, inspect, unknown
from tests.e2e.conftest import DESKTOP, PATIENCE_MS
from tests.e2e.pages import Finder, MapPart, arrived
from tests.e2e.referral_page import ReferralPage
from tests.e2e.staff_page import StaffPage
from tests.e2e.walks import (
    through_the_finder,
    through_the_referral_page,
    through_the_staff_page,
    walked_app,
)
from tests.support.servers import RunningServer

# A walk is one fixture, and a busy machine takes its time.
pytestmark = pytest.mark.timeout(300)

Scheme = Literal["light", "dark"]
OPTIONS: Final[dict[str, Any]] = {"viewport": DESKTOP, "reduced_motion": "reduce"}

# What axe leaves to a person, with what the person found. Nothing that it calls a fault is here.
JUDGED: Final = (
    Known(
        "color-contrast",
        r"\btext(\[|$)",
        "too short to determine",
        "The number of a marker: tests/presentation/test_marker_contrast.py computes its contrast.",
    ),
    Known(
        "color-contrast",
        r"iframe.*(base-city|attribution)",
        "image node|overlapped|overlaps",
        "Names on the map lie on drawn land: tests/presentation/test_marker_contrast.py has their contrast.",
    ),
    Known(
        "color-contrast",
        r"iframe.*zoom",
        "non-text characters",
        "The minus sign of the map: black on white.",
    ),
)
# What is Streamlit's own and cannot be mended from here.
STREAMLIT: Final = (
    Known(
        "presentation-role-conflict",
        r"section|stFileUploaderDropzone",
        "not focusable",
        # Good practice, no rule of WCAG: the button inside it works.
        "https://github.com/streamlit/streamlit/pull/15928 took the box around the button to choose a file"
        " out of the Tab order by a tabindex, which its role of presentation should not have.",
    ),
)
BRIGHTNESS: Final = """() => {
  const canvas = document.createElement("canvas").getContext("2d");
  canvas.fillStyle = getComputedStyle(document.querySelector(".stApp")).backgroundColor;
  canvas.fillRect(0, 0, 1, 1);
  return Math.max(...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3));
}"""


# A symbol that the font lacks is painted as its name, letter by letter.
SYMBOLS: Final = """() => [...document.querySelectorAll("body *")]
  .filter((element) => element.childElementCount === 0 && element.getClientRects().length > 0)
  .map((element) => [element, getComputedStyle(element)])
  .filter(([, style]) => style.fontFamily.startsWith('"Material Symbols'))
  .map(([element, style]) => {
    const painted = document.createRange();
    painted.selectNodeContents(element);
    return [element.textContent, painted.getBoundingClientRect().width / parseFloat(style.fontSize)];
  })"""


@dataclass(frozen=True, slots=True)
class Walked:
    """A finished walk: findings by state, rules that had something to look at, names of pages and maps.

    `symbols` are the widths, in their own size, at which each of the symbols was seen.
    """

    found: dict[str, tuple[Finding, ...]] = field(default_factory=dict)
    passed: set[str] = field(default_factory=set)
    titles: dict[str, set[str]] = field(default_factory=dict)
    frames: set[str] = field(default_factory=set)
    symbols: dict[str, set[float]] = field(default_factory=dict)

    def look(self, state: str, page: Page) -> None:
        """Inspect the page in this state."""
        report = inspect(page)
        assert report.version == "4.12.1"
        self.found[state] = report.found
        self.passed.update(report.passed)
        self.titles.setdefault(state.partition(",")[0], set()).add(page.title())
        self.frames.update(page.locator("iframe").evaluate_all("(all) => all.map((frame) => frame.title)"))
        for name, width in page.evaluate(SYMBOLS):
            self.symbols.setdefault(name, set()).add(round(width, 2))


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RunningServer, Path]]:
    """One app for all walks."""
    with walked_app(tmp_path_factory.mktemp("accessible")) as started:
        yield started


@pytest.fixture(scope="module", params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> Scheme:
    """The colours that a visitor's device asks for."""
    return "dark" if request.param == "dark" else "light"


@pytest.fixture(scope="module")
def context(chromium: Browser, scheme: Scheme) -> Iterator[BrowserContext]:
    """One browser context for all the walks in a scheme."""
    with chromium.new_context(**OPTIONS, color_scheme=scheme) as made:
        made.set_default_timeout(PATIENCE_MS)
        yield made


@pytest.fixture(scope="module")
def walked(app: tuple[RunningServer, Path], context: BrowserContext, scheme: Scheme) -> Walked:
    """All pages, walked through once in a scheme; each is seen to be in the scheme that was asked for."""
    server, clinics = app
    done = Walked()
    with context.new_page() as page:
        for state in through_the_finder(Finder(page, server.url), clinics):
            done.look(f"finder, {state}", page)
        assert (page.evaluate(BRIGHTNESS) < 64) == (scheme == "dark")
    with context.new_page() as page:
        for state in through_the_referral_page(ReferralPage(page, server.url)):
            done.look(f"referral page, {state}", page)
    with context.new_page() as page:
        for state in through_the_staff_page(StaffPage(page, server.url)):
            done.look(f"staff page, {state}", page)
        page.goto(f"{server.url}/accessibility")
        arrived(page)
        page.locator(".statement").wait_for()
        arrived(page)
        done.look("accessibility statement", page)
    return done


def test_no_rule_is_broken_and_nothing_is_left_unjudged_in_any_state(walked: Walked) -> None:
    left = {state: unknown(found, (*JUDGED, *STREAMLIT)) for state, found in walked.found.items()}
    assert {state: found for state, found in left.items() if found} == {}
    assert len(walked.found) == 29


def test_all_that_is_listed_still_occurs_and_what_a_person_judged_was_never_a_fault(walked: Walked) -> None:
    everything = [finding for found in walked.found.values() for finding in found]
    listed = (*JUDGED, *STREAMLIT)
    assert [one for one in listed if not any(one.covers(finding) for finding in everything)] == []
    assert {finding.rule for finding in everything if finding.verdict == "breaks"} == {
        one.rule for one in STREAMLIT
    }


def test_each_page_and_each_map_has_a_name_of_its_own(walked: Walked) -> None:
    assert walked.titles == {
        "finder": {"Find a clinic for DRG stimulation"},
        "referral page": {"Refer a patient for DRG stimulation"},
        "staff page": {
            "Clinic directory for staff",
            "Staff sign-in – DRG Locator",
            "Problem: Staff sign-in – DRG Locator",
        },
        "accessibility statement": {"Accessibility of these pages"},
    }
    assert walked.frames == {"Map of the clinics"}


def test_every_symbol_is_painted_as_one_and_not_as_its_name(walked: Walked) -> None:
    assert {"expand_more", "upload"} <= walked.symbols.keys()
    assert {name: widths for name, widths in walked.symbols.items() if max(widths) > 1.1} == {}


def test_contrast_target_size_and_frames_were_really_looked_at(walked: Walked) -> None:
    rules = {"color-contrast", "target-size", "frame-title", "label", "html-has-lang", "document-title"}
    assert rules <= walked.passed


ALL_POP_UPS = """() => [...document.querySelectorAll(".pin-holder")].map((pin) => {
  pin.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter"}));
  const box = [...document.querySelectorAll(".pin-popup")].at(-1);
  return [pin.getAttribute("aria-label"), ...[...box.children].map((line) => line.textContent)];
})"""


def told_by_pins(map_part: MapPart) -> list[tuple[str, list[str]]]:
    """Each pin's name, and the single facts of its pop-up, as they are read inside the map's frame."""
    pins = map_part.canvas.evaluate(ALL_POP_UPS)
    assert pins
    told = []
    for name, title, *lines in pins:
        assert title == name
        parts = [part for line in lines for part in re.split(r"(?:, |\. |: )", line.rstrip("."))]
        told.append((name, [part.replace(" miles in a straight line", "") for part in parts]))
    return told


def test_every_fact_of_a_pin_is_on_its_card_and_every_card_has_its_pin(
    app: tuple[RunningServer, Path], context: BrowserContext
) -> None:
    with context.new_page() as page:
        finder = Finder(page, app[0].url)
        finder.visit()
        finder.search("55407")
        told = told_by_pins(finder.map)
        assert [name for name, _ in told] == finder.titles()
        for name, facts in told:
            card = " ".join((finder.card(name.partition(" ")[2]).text_content() or "").split())
            # Distance, two things done there, and an address, at the least.
            assert len(facts) >= 7
            assert [fact for fact in facts if fact not in card] == []


def test_every_fact_of_a_pin_is_in_the_table_of_the_compared_sites(
    app: tuple[RunningServer, Path], context: BrowserContext
) -> None:
    with context.new_page() as page:
        referral = ReferralPage(page, app[0].url)
        referral.visit("?from=55387&evaluation=chaska&procedure=burnsville")
        heads = [" ".join(text.split()) for text in referral.compared.locator("thead th").all_text_contents()]
        rows = [
            row.locator("th, td").all_text_contents() for row in referral.compared.locator("tbody tr").all()
        ]
        told = told_by_pins(referral.map)
        assert len(told) == len(heads)
        for name, facts in told:
            (column,) = [at for at, head in enumerate(heads) if head.startswith(name)]
            said = " ".join([heads[column], *(f"{row[0]} {row[1 + column]}" for row in rows)]).lower()
            # The star says nothing that the row does not: it is how a procedure site looks on the map.
            assert [fact for fact in facts if fact.rstrip("*").lower() not in said] == []
