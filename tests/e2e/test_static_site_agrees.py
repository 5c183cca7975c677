"""The saved page answers as the app does: every ZIP code and every place, in one visit to the page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from math import inf
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from locator.clinics.filters import Filters, Need
from locator.clinics.search import SiteIndex, distance_m, search
from locator.geocoding.places.atlas import Atlas, Place
from locator.geocoding.places.gazetteer import ZipArea
from locator.geocoding.places.offline import OfflinePlaces
from locator.language import gettext as _
from locator.language import languages, speaking
from locator.presentation import listing
from locator.presentation.listing import Listing
from locator.presentation.wording import miles
from locator.publication.static_site.files import LONGEST_LIST
from locator.sites import METRES_PER_MILE, Ambiguous, Coordinate, Located, PlaceAnswer, Site
from tests.support.static_copy import PHONE, gazetteer, make_source, many_sites, shipped_sites, write_copy

# What the script answers, without what only the page needs.
ANSWERS = """(asked) => asked.map(([text, filters]) => {
  const { announcement, notes, groups, question } = drgSearch.answer(text, filters);
  return {
    announcement,
    notes,
    groups: groups.map(({ heading, explanation, cards }) => [
      heading,
      explanation,
      cards.map(({ site, number, miles, range, same }) =>
        [site.id, number, ...(miles === undefined ? [] : [miles, range && [range.low, range.high], same])]),
    ]),
    places: question && question.places.map(({ label }) => label),
  };
})"""
DISTANCES = """(pairs) => pairs.map(([a, b, c, d]) =>
  drgSearch.distance({ lat: a, lon: b }, { lat: c, lon: d }))"""
NEARLY_NOTHING_M = 1e-3


class SavedPage:
    """A saved page in a browser beside the app's own search for the same clinics."""

    def __init__(self, page: Page, sites: Sequence[Site]) -> None:
        self.page = page
        self._sites = sites
        self._index = SiteIndex(sites)
        self._places = OfflinePlaces(gazetteer(), sites)

    def says(self, asked: Sequence[tuple[str, Filters]]) -> list[dict[str, Any]]:
        """What the page says to each text under these filters."""
        said = self.page.evaluate(ANSWERS, [[text, _for_the_script(filters)] for text, filters in asked])
        assert isinstance(said, list)
        return said

    def app_says(self, text: str, filters: Filters) -> dict[str, Any]:
        """The same from the app."""
        answer = self._places.locate(text)
        if isinstance(answer, Located):
            results = search(self._index, answer.origin, filters, limit=LONGEST_LIST)
            return _summary(listing.found(answer.origin, results, filters, phone=PHONE), None)
        said = _("We could not find that place.")
        if isinstance(answer, Ambiguous):
            said = _("We found {count} places. Choose the one you mean.").format(count=len(answer.candidates))
        found = listing.not_found(self._sites, filters, said=said, phone=PHONE)
        return _summary(found, _labels(answer))

    def agrees(self, asked: Sequence[tuple[str, Filters]]) -> None:
        """Fail on the first text that the two answer in different words."""
        for one, said in zip(asked, self.says(asked), strict=True):
            assert said == self.app_says(*one), one


def _labels(answer: PlaceAnswer) -> list[str]:
    return [origin.label for origin in answer.candidates] if isinstance(answer, Ambiguous) else []


def _for_the_script(filters: Filters) -> dict[str, Any]:
    reach = filters.within_m / METRES_PER_MILE
    return {
        "need": filters.need,
        "within": int(reach) if reach < inf else 0,
        "day": "" if filters.open_weekday is None else str(filters.open_weekday),
        "wheelchair": filters.wheelchair,
    }


def _summary(found: Listing, places: list[str] | None) -> dict[str, Any]:
    groups = []
    for group in found.groups:
        cards = []
        for card in group.cards:
            said: list[Any] = [card.site.site_id, card.number]
            if card.match is not None:
                low_high = [str(miles(card.match.low_m)), str(miles(card.match.high_m))]
                shown = None if card.match.is_exact else low_high
                said += [str(miles(card.match.distance_m)), shown, card.match.about_same_as_previous]
            cards.append(said)
        groups.append([group.heading, group.explanation, cards])
    return {
        "announcement": found.announcement,
        "notes": list(found.notes),
        "groups": groups,
        "places": places,
    }


@pytest.fixture(scope="module")
def saved(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, SavedPage]]:
    """The shipped directory and a fake one of 200 clinics, each saved and opened from its folder."""
    context = chromium.new_context()
    pages = {}
    for name, sites in (("shipped", shipped_sites()), ("fake", many_sites())):
        folder = write_copy(tmp_path_factory.mktemp("saved") / name, make_source(sites))
        pages[name] = SavedPage(_opened(context.new_page(), folder / "index.html"), sites)
    yield pages
    context.close()


def _opened(page: Page, file: Path) -> Page:
    page.goto(file.as_uri())
    return page


def labels(*kinds: Iterable[Place | ZipArea]) -> list[str]:
    """The labels of all places of some kinds."""
    atlas = Atlas(gazetteer())
    return list(dict.fromkeys(atlas.origin(place).label for places in kinds for place in places))


@pytest.mark.parametrize("directory", ["shipped", "fake"])
def test_every_zip_code_has_the_apps_order_ranges_marks_and_words(
    saved: dict[str, SavedPage], directory: str
) -> None:
    assert len(gazetteer().zips) > 1000
    saved[directory].agrees([(code, Filters()) for code in gazetteer().zips])


def test_every_label_of_a_place_has_them_too(saved: dict[str, SavedPage]) -> None:
    known = gazetteer()
    every = labels(known.zips.values(), known.cities, known.counties, known.elsewhere)
    assert len(every) > 4000
    saved["shipped"].agrees([(label, Filters()) for label in every])


def test_every_city_has_them_in_a_large_directory(saved: dict[str, SavedPage]) -> None:
    cities = labels(gazetteer().cities)
    assert len(cities) > 1000
    saved["fake"].agrees([(label, Filters()) for label in cities])


def test_every_usual_spelling_of_a_name_means_what_it_means_in_the_app(saved: dict[str, SavedPage]) -> None:
    names = dict.fromkeys(city.name for city in gazetteer().cities)
    shorter = [re.sub(r"^Saint ", prefix, name) for name in names for prefix in ("St ", "st. ", "SAINT ")]
    counties = [f"{county.name.upper()} COUNTY" for county in gazetteer().counties]
    codes = [f"  {code}-1234 " for code in list(gazetteer().zips)[::10]]
    with_city = [
        f"{area.city}, {area.state} {area.zip_code}" for area in list(gazetteer().zips.values())[::7]
    ]
    spelled = [*names, *shorter, *counties, *codes, *with_city, *(f"{name}, Minn." for name in shorter[::3])]
    spelled += ["near st paul", "the city of Edina", "Edina MN USA", "twin cities", "mn", "Virginia", "10001"]
    known = OfflinePlaces(gazetteer(), ())
    named = [text for text in spelled if isinstance(known.locate(text), Located | Ambiguous)]
    assert len(named) > 3000
    saved["shipped"].agrees([(text, Filters()) for text in named])


def test_all_filters_together_leave_the_same_clinics(saved: dict[str, SavedPage]) -> None:
    places = [*list(gazetteer().zips)[::60], "Edina, MN", "Texas"]
    every = product(places, Need, (None, 1, 4), (False, True), (5, 25, inf))
    saved["fake"].agrees(
        [
            (
                place,
                Filters(
                    need,
                    open_weekday=day,
                    wheelchair=wheelchair,
                    within_m=within * METRES_PER_MILE,
                ),
            )
            for place, need, day, wheelchair, within in every
        ]
    )


def test_a_text_that_names_no_place_gets_the_apps_words(saved: dict[str, SavedPage]) -> None:
    texts = ["", "   ", "!!!", "x" * 201, "near me", "Nowhereville", "554", "Edina, Oregon"]
    places = OfflinePlaces(gazetteer(), ())
    said = saved["shipped"].page.evaluate("(texts) => texts.map((text) => drgSearch.find(text))", texts)
    assert [(one["kind"], one["reason"]) for one in said] == [
        ("none", getattr(places.locate(text), "reason", None)) for text in texts
    ]


@pytest.mark.parametrize(
    ("text", "kind", "labels_found"),
    [
        ("999 Nowhere Road, Anoka 55303", "one", ["ZIP 55303"]),
        ("Duluth 55407", "several", ["ZIP 55407", "Duluth"]),
        ("999 Nowhere Road 55407", "one", ["ZIP 55407"]),
        ("55407 Nowhere Road", "none", ["ZIP 55407"]),
        ("999 Nowhere Road, Edina", "one", ["Edina"]),
        ("55407 WI", "several", ["ZIP 55407", "Wisconsin"]),
        ("55499", "none", ["ZIP 55"]),
        ("10001 Ohio", "several", ["ZIP codes that begin with 100", "Ohio"]),
    ],
)
def test_what_it_does_not_understand_of_a_text_it_says_or_asks(
    saved: dict[str, SavedPage], text: str, kind: str, labels_found: list[str]
) -> None:
    found = saved["shipped"].page.evaluate("(text) => drgSearch.find(text)", text)
    assert found["kind"] == kind
    for expected, place in zip(labels_found, found["places"], strict=False):
        assert place["label"].startswith(expected)
    if kind == "one":
        assert found["places"][0]["notes"][0].startswith("Only the ")


def test_its_geodesic_is_that_of_the_app_all_over_the_country(saved: dict[str, SavedPage]) -> None:
    far = [place.point for place in gazetteer().elsewhere]
    pairs = [(Coordinate(44.95, -93.2), end) for end in far] + [(far[0], far[0])]
    asked = [(start.lat_deg, start.lon_deg, end.lat_deg, end.lon_deg) for start, end in pairs]
    measured = saved["shipped"].page.evaluate(DISTANCES, asked)
    expected = [distance_m(start, end) for start, end in pairs]
    differences = [abs(ours - theirs) for ours, theirs in zip(measured, expected, strict=True)]
    assert max(differences) < NEARLY_NOTHING_M


def test_the_other_languages_say_it_in_the_apps_words(
    chromium: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    sites = many_sites(60)
    folder = write_copy(tmp_path_factory.mktemp("spoken") / "copy", make_source(sites))
    context = chromium.new_context()
    for language in languages()[1:]:
        with speaking(language):
            page = SavedPage(_opened(context.new_page(), folder / f"{language.tag}.html"), sites)
            asked = [(code, Filters(need)) for code, need in product(list(gazetteer().zips)[::15], Need)]
            page.agrees([*asked, ("Texas", Filters()), ("Virginia", Filters()), ("Saint Paul", Filters())])
    context.close()
