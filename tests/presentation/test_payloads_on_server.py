"""Hostile text in every column of the clinic file and in the search, on the server: it stays text."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from jinja2 import Template

from locator.clinics.filters import Filters
from locator.clinics.reading import DirectoryReading, read_directory
from locator.clinics.schema import COLUMNS
from locator.clinics.search import SiteIndex, search
from locator.geocoding.places.gazetteer import load_gazetteer
from locator.geocoding.places.offline import OfflinePlaces
from locator.presentation import listing
from locator.presentation.cards import Card, CardGroup, render_list
from locator.presentation.map import folium_map
from locator.presentation.templating import render
from locator.sites import Located, Site
from tests.support.map_told import ENCODED, FACTS, decoded, sent_for
from tests.support.parsed_html import Element, parse
from tests.support.payloads import (
    CANARY_VARIABLE,
    FREE_TEXT,
    NEVER_SHOWN,
    PAYLOADS,
    SUM,
    SUM_DONE,
    UNSEEABLE,
    clinic_file,
    fake_row,
)
from tests.support.samples import make_origin

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 23, 18, tzinfo=UTC)
PLAIN = "Plain text"
SEEABLE = {name: text for name, text in PAYLOADS.items() if name not in UNSEEABLE}


@pytest.fixture(autouse=True)
def canary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file a template payload would write."""
    path = tmp_path / "canary"
    monkeypatch.setenv(CANARY_VARIABLE, str(path))
    return path


def read_with(folder: Path, column: str, text: str) -> DirectoryReading:
    """What reading gives for a file of one row, with the text in one of its columns."""
    path = folder / "clinics.csv"
    path.write_bytes(clinic_file([fake_row(1, **{column: text})]))
    return read_directory(path, today=TODAY)


def sites_with(folder: Path, column: str, texts: Sequence[str]) -> tuple[Site, ...]:
    """The clinics of a file with a row for each text in that column."""
    path = folder / "clinics.csv"
    path.write_bytes(clinic_file(fake_row(n, **{column: text}) for n, text in enumerate(texts, start=1)))
    reading = read_directory(path, today=TODAY)
    assert reading.valid, reading.problems
    return reading.sites


def cards_html(sites: Sequence[Site]) -> str:
    cards = tuple(Card(number, site) for number, site in enumerate(sites, start=1))
    return render_list([CardGroup("All", "", cards)], now=NOW)


def map_script(sites: Sequence[Site]) -> str:
    """All that streamlit-folium sends to the browser for a map of these sites, rendered as it does."""
    pins = [
        folium_map.PinLabel(
            site, number, f"{number}. {site.title}", (site.address, str(site.note), site.source)
        )
        for number, site in enumerate(sites, start=1)
    ]
    base = folium_map.base_map("/assets", None)
    layer = folium_map.site_layer(
        pins, origin=make_origin(uncertainty_m=900.0), focus=folium_map.Focus(pins[0].site.site_id, 1)
    )
    sent = sent_for(base, layer)
    return f"{sent.header}\n{sent.html}\n{sent.script}\n{sent.layer}"


def shape(element: Element) -> list[tuple[str, tuple[str, ...]]]:
    """The elements of a fragment and the names of their attributes, without a word of their text."""
    return [(one.tag, tuple(one.attributes)) for one in element.every()]


def test_there_are_enough_payloads_and_no_two_are_the_same() -> None:
    assert len(set(PAYLOADS.values())) == len(PAYLOADS) >= 30


@pytest.mark.process
def test_the_payloads_are_live_where_text_is_taken_for_a_template(canary: Path) -> None:
    assert Template(SUM).render() == SUM_DONE
    assert not canary.exists()
    Template(PAYLOADS["template-writes-file"]).render()
    assert canary.exists()


@pytest.mark.parametrize("column", COLUMNS)
def test_in_any_column_a_payload_is_taken_as_text_or_reported_by_line_and_column(
    column: str, tmp_path: Path
) -> None:
    readings = {name: read_with(tmp_path, column, text) for name, text in PAYLOADS.items()}
    taken = {name for name, reading in readings.items() if reading.sites}
    assert taken == (set(SEEABLE) if column in (*FREE_TEXT, *NEVER_SHOWN) else set())
    for name in set(PAYLOADS) - taken:
        problems = readings[name].problems
        # NUL makes the whole file unreadable; anything else is pinned down to its cell.
        assert [(at.line, at.column) for at in problems] == [(2, None if name == "nul" else column)]
        assert str(problems[0]).isprintable()


@pytest.mark.parametrize("column", FREE_TEXT)
def test_in_the_list_a_payload_is_text_and_makes_no_element_of_its_own(
    column: str, tmp_path: Path, canary: Path
) -> None:
    plain = parse(cards_html(sites_with(tmp_path, column, [f"{PLAIN} {n}" for n in range(len(SEEABLE))])))
    html = cards_html(sites_with(tmp_path, column, list(SEEABLE.values())))
    hostile = parse(html)
    assert shape(hostile) == shape(plain)
    assert SUM_DONE not in html
    # The name of who verified a listing is for staff alone.
    if column != "verified_by":
        for card, payload in zip(hostile.all("li", of_class="clinic"), SEEABLE.values(), strict=True):
            assert " ".join(payload.split()) in card.text
    assert not canary.exists()


@pytest.mark.parametrize("column", ["name", "street", "unit", "city", "source", "note"])
def test_on_the_map_a_payload_is_neither_evaluated_nor_part_of_the_script(
    column: str, tmp_path: Path, canary: Path
) -> None:
    texts = list(SEEABLE.values())
    script = map_script(sites_with(tmp_path, column, texts))
    plain = map_script(sites_with(tmp_path, column, [f"{PLAIN} {n}" for n in range(len(texts))]))
    assert FACTS.sub("", script) == FACTS.sub("", plain)
    *pins, _origin, _view = FACTS.findall(script)
    assert all(ENCODED.fullmatch(facts) for facts in FACTS.findall(script))
    for facts, payload in zip(pins, texts, strict=True):
        told = decoded(facts)
        assert any(payload in text for text in [told["name"], *told["lines"]])
    assert not canary.exists()


@pytest.mark.parametrize("payload", SEEABLE.values(), ids=SEEABLE)
def test_the_credit_for_street_tiles_is_not_evaluated_and_stays_text(payload: str, canary: Path) -> None:
    link = parse(credit_html(payload)).one("a")
    assert link.text == " ".join(payload.split())
    assert link.attributes == {"href": "https://tiles.example/"}
    assert not canary.exists()


def credit_html(credit: str) -> str:
    """The credit as the script of a map with street tiles hands it to Leaflet."""
    tiles = folium_map.TileLayer("https://tiles.example/{z}/{x}/{y}.png", credit, "https://tiles.example/")
    (said,) = re.findall(r'"attribution": (".*")', sent_for(folium_map.base_map("/assets", tiles)).script)
    return str(json.loads(said))


@pytest.fixture(scope="module")
def places() -> OfflinePlaces:
    """The shipped places, without clinics."""
    return OfflinePlaces(load_gazetteer(Path(__file__).parents[2] / "data" / "gazetteer"), ())


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_a_payload_searched_for_is_answered_in_sentences_that_do_not_hold_it(
    payload: str, places: OfflinePlaces, canary: Path
) -> None:
    answer = places.locate(payload)
    if isinstance(answer, Located):
        results = search(SiteIndex(()), answer.origin, Filters(), limit=10)
        said = listing.found(answer.origin, results, Filters(), phone="612-555-0100")
        assert payload not in render("found.html", listing=said)
    else:
        assert payload not in repr(answer)
    assert not canary.exists()
