"""Every task by keyboard alone, with the focus in sight and in order; and what changes is read out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, Literal

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.conftest import DESKTOP, PATIENCE_MS
from tests.e2e.focus import changed_pixels, kind_of_focus, name_of_focus
from tests.e2e.pages import Finder, arrived
from tests.e2e.referral_page import ReferralPage
from tests.e2e.staff_page import StaffPage
from tests.e2e.walks import EDINA, OPEN_ALL, PAT, PHRASE, walked_app
from tests.support.servers import RunningServer

pytestmark = pytest.mark.timeout(300)

OPTIONS: Final[dict[str, Any]] = {"viewport": DESKTOP, "reduced_motion": "reduce"}
MOST_STOPS: Final = 150
IS_FOCUSED: Final = "(node) => node === node.ownerDocument.activeElement"
# Notes, from before anything is read out, each element that reads out and every text it then has.
LISTEN: Final = """() => {
  window.heard = [];
  const live = new Set(document.querySelectorAll("[role=status]"));
  new MutationObserver((changes) => {
    for (const {target} of changes) {
      const region = (target.closest ? target : target.parentElement)?.closest("[role=status]");
      if (live.has(region)) window.heard.push(region.textContent.trim().replace(/\\s+/g, " "));
    }
    for (const alert of document.querySelectorAll("[role=alert]")) {
      if (!live.has(alert)) window.heard.push(alert.textContent.trim());
      live.add(alert);
    }
  }).observe(document.body, {childList: true, characterData: true, subtree: true});
}"""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RunningServer, Path]]:
    """One app for all of these tests."""
    with walked_app(tmp_path_factory.mktemp("keyboard")) as started:
        yield started


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A tab in a browser that nobody has touched."""
    with chromium.new_context(**OPTIONS) as context:
        context.set_default_timeout(PATIENCE_MS)
        yield context.new_page()


@pytest.fixture
def finder(page: Page, app: tuple[RunningServer, Path]) -> Finder:
    """The finder, visited."""
    made = Finder(page, app[0].url)
    made.visit()
    return made


def tab_to(page: Page, goal: Locator, *, key: str = "Tab") -> None:
    """Press a key that moves the focus until it is there."""
    for _ in range(MOST_STOPS):
        if goal.evaluate(IS_FOCUSED):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{key} does not lead to {goal}")


def test_the_first_link_skips_to_the_results_and_another_one_passes_the_map(finder: Finder) -> None:
    page, keyboard = finder.page, finder.page.keyboard
    keyboard.press("Tab")
    # The first stop of all is the page's main part, so that the arrow keys scroll it.
    keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the results")
    expect(skip).to_be_focused()
    assert changed_pixels(page)[0] > 0
    keyboard.press("Enter")
    expect(page.locator("#results")).to_be_focused()
    expect(finder.cards.first).to_be_in_viewport()
    keyboard.press("Tab")
    assert name_of_focus(page) == "Call 763-201-8191"
    tab_to(page, page.get_by_role("link", name="Skip the map"))
    keyboard.press("Enter")
    expect(page.locator("#after-map")).to_be_focused()
    keyboard.press("Tab")
    expect(page.locator(".call-line a")).to_be_focused()
    assert finder.wire.messages_sent == 1


def test_tab_leads_into_the_map_and_out_of_it_both_ways(finder: Finder) -> None:
    page = finder.page
    before, behind = page.get_by_role("link", name="Skip the map"), page.locator(".call-line a")
    before.focus()
    trail = []
    while not behind.evaluate(IS_FOCUSED):
        page.keyboard.press("Tab")
        trail.append(name_of_focus(page))
        assert len(trail) < MOST_STOPS
    assert [name for name in trail if name in finder.titles()] == finder.titles()
    assert "Zoom in" in trail
    tab_to(page, before, key="Shift+Tab")


def test_escape_and_the_close_button_close_a_pop_up_and_give_the_focus_back_to_its_pin(
    finder: Finder,
) -> None:
    page, pin, popup = finder.page, finder.map.pin(EDINA), finder.map.popup
    finder.press_on_pin(EDINA, "Enter")
    read_out = finder.map.inside.get_by_role("status")
    expect(read_out).to_contain_text(f"{EDINA}. Evaluation: yes, not yet confirmed. Procedures: not known")
    page.keyboard.press("Escape")
    expect(popup).to_have_count(0)
    expect(pin).to_be_focused()
    finder.press_on_pin(EDINA, "Enter")
    tab_to(page, popup.get_by_role("button", name="Close"))
    page.keyboard.press("Enter")
    expect(popup).to_have_count(0)
    expect(pin).to_be_focused()


def test_filters_are_chosen_by_keyboard_in_the_order_they_are_seen(finder: Finder) -> None:
    page, keyboard = finder.page, finder.page.keyboard
    button = page.get_by_role("button", name="More filters")
    dialog = page.get_by_role("dialog", name="More filters")
    how_far = page.get_by_role("combobox", name="How far")
    tab_to(page, finder.place)
    keyboard.type("55407")
    with finder.doing():
        keyboard.press("Enter")
    tab_to(page, button)
    keyboard.press("Enter")
    expect(dialog).to_be_focused()
    expect(how_far).to_be_visible()
    keyboard.press("Tab")
    expect(how_far).to_be_focused()
    keyboard.press("ArrowDown")
    page.get_by_role("option", name="Within 10 miles").wait_for()
    while "Within 10 miles" not in page.locator("[data-focused][role=option]").all_text_contents():
        keyboard.press("ArrowDown")
    with finder.doing():
        keyboard.press("Enter")
    expect(finder.notes.last).to_contain_text("farther away than shown")
    keyboard.press("Tab")
    expect(page.get_by_role("combobox", name="Listed as open on")).to_be_focused()
    keyboard.press("Tab")
    expect(page.get_by_role("checkbox", name="Wheelchair entrance")).to_be_focused()
    with finder.doing():
        keyboard.press("Space")
    keyboard.press("Tab")
    expect(dialog).to_have_count(0)
    expect(finder.cards.first.get_by_role("link", name="Call")).to_be_focused()


def test_a_closed_popover_gives_the_focus_back_to_its_button(finder: Finder) -> None:
    page = finder.page
    button = page.get_by_role("button", name="More filters")
    for key in ("Escape", "Shift+Tab"):
        button.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("dialog")).to_be_focused()
        page.keyboard.press(key)
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(button).to_be_focused()


def test_the_list_written_anew_keeps_the_focus_and_what_was_open(
    finder: Finder, app: tuple[RunningServer, Path]
) -> None:
    clinics = app[1]
    whole = clinics.read_bytes()
    summary = finder.card(EDINA).locator(".more > summary")
    summary.focus()
    finder.page.keyboard.press("Enter")
    try:
        clinics.write_bytes(whole.replace(b"14000 Nicollet Ave", b"99 Madeup Ave"))
        # By script, as a rerun that comes by itself: nothing else has taken the focus meanwhile.
        with finder.doing():
            finder.page.get_by_role("radio", name="Evaluation").evaluate("(radio) => radio.click()")
        expect(finder.cards.first).to_contain_text("99 Madeup Ave")
    finally:
        clinics.write_bytes(whole)
    expect(summary).to_be_focused()
    expect(finder.card(EDINA).locator("details[open]")).to_have_count(1)


def test_staff_sign_in_and_change_a_clinic_by_keyboard(page: Page, app: tuple[RunningServer, Path]) -> None:
    staff, keyboard = StaffPage(page, app[0].url), page.keyboard
    page.goto(f"{staff.url}/staff/sign-in")
    expect(page.get_by_label("Name")).to_be_focused()
    keyboard.type(PAT)
    keyboard.press("Tab")
    keyboard.type(PHRASE)
    keyboard.press("Enter")
    expect(page.get_by_text(f"Signed in: {PAT}")).to_be_visible()
    staff.settle()
    tab_to(page, page.get_by_role("radio", name="To call"))
    with staff.doing():
        keyboard.press("ArrowRight")
        keyboard.press("Space")
    phone = page.get_by_label("Phone (required)", exact=True)
    expect(phone).to_be_visible()
    tab_to(page, phone)
    keyboard.press("ControlOrMeta+a")
    keyboard.type("612-555-0177")
    tab_to(page, page.get_by_role("button", name="Take over into the changes"))
    with staff.doing():
        keyboard.press("Enter")
    expect(staff.changes).to_contain_text("612-555-0177")


def test_what_a_search_a_filter_and_a_failure_come_to_is_read_out(finder: Finder) -> None:
    page = finder.page
    page.evaluate(LISTEN)

    def heard() -> str:
        return " | ".join(page.evaluate("() => window.heard.splice(0)"))

    finder.search("55407")
    assert "We found 8 clinics near ZIP 55407" in heard()
    finder.need("Procedures*")
    assert "We found 2 clinics near ZIP 55407 (Minneapolis, MN); 6 more may fit." in heard()
    finder.search("ramsey")
    assert "We found 2 places. Choose the one you mean." in heard()
    finder.search("nowhere at all")
    assert "We could not find that place." in heard()
    finder.need("All")
    finder.search("55407")
    finder.choose_filter("How far", "Within 5 miles")
    finder.choose_filter("Listed as open on", "Friday")
    assert "Choose a longer distance" in heard()


def test_what_the_referral_page_comes_to_is_read_out(page: Page, app: tuple[RunningServer, Path]) -> None:
    referral = ReferralPage(page, app[0].url)
    referral.visit()
    page.evaluate(LISTEN)

    def heard() -> str:
        return " | ".join(page.evaluate("() => window.heard.splice(0)"))

    referral.start_from("ramsey")
    assert "We found 2 places. Choose the one you mean." in heard()
    referral.start_from("nowhere at all")
    assert "We could not find that place." in heard()
    referral.start_from("55387")
    assert "Pairs of sites from ZIP 55387" in heard()
    with referral.doing():
        page.get_by_role("radio", name="Evaluation only").click()
    assert "ZIP 55387" in heard()
    # The sheet and its own region were not there before.
    page.evaluate(LISTEN)
    page.get_by_role("button", name="Copy as text").click()
    expect(page.locator(".said")).not_to_be_empty()
    assert "text" in heard()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("where", ["finder", "referral page", "staff page"])
def test_the_focus_is_seen_wherever_it_can_be(
    chromium: Browser, app: tuple[RunningServer, Path], where: str, scheme: Literal["light", "dark"]
) -> None:
    url = app[0].url
    with chromium.new_context(**OPTIONS, color_scheme=scheme) as context:
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        if where == "finder":
            finder = Finder(page, url)
            finder.visit()
            finder.search("ramsey")
            finder.cards.nth(1).locator("details").evaluate_all(OPEN_ALL)
        elif where == "referral page":
            ReferralPage(page, url).visit("?from=55387&evaluation=chaska&procedure=burnsville")
        else:
            staff = StaffPage(page, url)
            staff.sign_in(PAT, PHRASE)
            staff.choose("Edina (edina)")
        arrived(page)
        page.evaluate("() => document.activeElement.blur()")
        assert unseen_stops(page) == {}


def unseen_stops(page: Page) -> dict[str, tuple[int, float]]:
    """The kinds of stops of the Tab key that do not look different enough with the focus, once around."""
    seen: dict[str, tuple[int, float]] = {}
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        kind = kind_of_focus(page)
        if kind.startswith("BODY"):
            break
        if kind not in seen:
            page.wait_for_timeout(50)
            seen[kind] = changed_pixels(page)
    assert len(seen) > 8
    return {kind: found for kind, found in seen.items() if found[0] < found[1]}
