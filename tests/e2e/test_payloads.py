"""Hostile text in the clinic file and in the search, in a real browser: shown as it is, and nothing runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from locator.presentation.overview import read_overview
from locator.presentation.paging import PAGE_SIZE
from tests.e2e.conftest import OpenFinder, StartApp
from tests.e2e.finder_page import data_with
from tests.e2e.pages import Finder
from tests.support.payloads import (
    CANARY_VARIABLE,
    FREE_TEXT,
    PAYLOADS,
    SUM_DONE,
    UNSEEABLE,
    clinic_file,
    fake_row,
)
from tests.support.servers import ROOT, RunningServer, running_app

SEEABLE = {name: text for name, text in PAYLOADS.items() if name not in UNSEEABLE}


@dataclass(frozen=True, slots=True)
class Hostile:
    """A server whose clinic file is full of payloads, and the file one of them would write."""

    server: RunningServer
    canary: Path


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hostile]:
    """A clinic for each payload, which stands in every column that takes any text."""
    folder = tmp_path_factory.mktemp("hostile")
    data = data_with(folder, {})
    # With NUL in it the whole file would be refused, as the tests of the server show.
    texts = [text for name, text in PAYLOADS.items() if name != "nul"]
    rows = (fake_row(n, **dict.fromkeys(FREE_TEXT, text)) for n, text in enumerate(texts, start=1))
    (data / "clinics.csv").write_bytes(clinic_file(rows))
    settings = {
        "LOCATOR_TILE_URL": "none",
        "LOCATOR_DATA_DIR": str(data),
        CANARY_VARIABLE: str(folder / "canary"),
    }
    with running_app(folder / "log", settings) as server:
        yield Hostile(server, folder / "canary")


def expect_nothing_ran(finder: Finder, hostile: Hostile) -> None:
    """No script, no template, no dialog, no request to elsewhere."""
    for frame in finder.page.frames:
        assert frame.evaluate("() => 'pwned' in window") is False
    assert finder.seen.dialogs == []
    urls = [request.url.removeprefix("blob:") for request in finder.seen.requests]
    asked = {urlsplit(url).netloc for url in urls if not url.startswith("data:")}
    assert asked == {urlsplit(hostile.server.url).netloc}
    assert not hostile.canary.exists()
    assert SUM_DONE not in finder.text()


def one_line(text: str | None) -> str:
    """Text as it is laid out: runs of blanks as one."""
    return " ".join((text or "").split())


def test_the_payloads_are_live_where_a_page_takes_text_for_mark_up(chromium: Browser) -> None:
    for name in ("markup-image", "markup-svg", "markup-image-in-attribute"):
        page = chromium.new_page()
        page.set_content(f'<div title="{PAYLOADS[name]}">{PAYLOADS[name]}</div>')
        page.wait_for_function("() => window.pwned === 1")
        page.close()


def test_every_card_pin_and_pop_up_shows_the_payload_as_it_is(
    open_finder: OpenFinder, hostile: Hostile
) -> None:
    finder = open_finder(hostile.server)
    finder.visit()
    expect(finder.notice).to_contain_text("Some clinics are left out")
    onwards = finder.page.get_by_role("button", name=re.compile("^Show the next"))
    seen = expect_payloads_as_they_are(finder)
    while onwards.count():
        with finder.doing():
            onwards.press("Enter")
        seen |= expect_payloads_as_they_are(finder)
    assert seen == set(SEEABLE.values())
    expect_nothing_ran(finder, hostile)


def expect_payloads_as_they_are(finder: Finder) -> set[str]:
    """Each card, pin and pop-up of this part of the list says its payload as text; these payloads."""
    seen = set()
    shown = dict(zip(finder.site_ids(), finder.cards.all(), strict=True))
    texts = [text for name, text in PAYLOADS.items() if name != "nul"]
    for number, payload in enumerate(texts, start=1):
        card = shown.get(f"fake-{number}")
        if payload not in SEEABLE.values() or card is None:
            continue
        plain = one_line(payload)
        assert f"{plain} – {plain}" in one_line(card.get_by_role("heading").text_content())
        assert one_line(card.locator(".address").text_content()).startswith(f"{plain}, {plain}")
        assert one_line(card.locator(".note").text_content()) == plain
        assert one_line(card.locator(".more").text_content()).count(plain) >= 6
        seen.add(payload)
    assert finder.map.pin_names() == finder.titles()
    open_every_pop_up(finder)
    return seen


def open_every_pop_up(finder: Finder) -> None:
    """Press Enter on each pin: its pop-up must hold the name and address of its card."""
    cards = dict(zip(finder.titles(), finder.cards.all(), strict=True))
    for pin in finder.map.pins.all():
        title = str(pin.get_attribute("aria-label"))
        assert pin.get_attribute("title") == title
        pin.press("Enter")
        expect(finder.map.popup_name).to_have_text(title)
        address = one_line(finder.map.popup.locator("p").last.text_content()).partition(", ")[0]
        assert one_line(cards[title].locator(".address").text_content()).startswith(address)
    finder.settle()


def test_with_a_hostile_list_searching_choosing_and_filtering_go_on(
    open_finder: OpenFinder, hostile: Hostile
) -> None:
    finder = open_finder(hostile.server)
    finder.visit()
    identity = finder.map.identity()
    finder.search("55407")
    expect(finder.announcement).to_contain_text("near ZIP 55407")
    assert finder.map.pin_names() == finder.titles()
    with finder.doing():
        finder.cards.last.get_by_role("button", name="Show on map").click()
    expect(finder.cards.last).to_have_class("clinic is-chosen")
    expect(finder.map.popup_name).to_have_text(finder.titles()[-1])
    finder.need("Both")
    expect(finder.cards).to_have_count(min(PAGE_SIZE, len(SEEABLE)))
    assert finder.map.is_still(identity)
    overview = read_overview(ROOT / "data" / "overview.md")
    expect(finder.page.get_by_role("heading", name=overview.title)).to_be_visible()
    expect_nothing_ran(finder, hostile)


def test_every_payload_searched_for_gets_a_plain_answer(
    open_finder: OpenFinder, start_app: StartApp, tmp_path: Path
) -> None:
    canary = tmp_path / "canary"
    plain = Hostile(start_app(data_with(tmp_path, {}), **{CANARY_VARIABLE: str(canary)}), canary)
    finder = open_finder(plain.server)
    finder.visit()
    for payload in PAYLOADS.values():
        finder.search(payload)
        expect(finder.announcement).to_contain_text("We could not find that place.")
        expect(finder.cards).to_have_count(8)
    expect_nothing_ran(finder, plain)
    finder.search("55407")
    expect(finder.announcement).to_contain_text("near ZIP 55407")
    finder.choose_card("iSpine Clinics – Edina")
    expect(finder.map.popup_name).to_contain_text("iSpine Clinics – Edina")
