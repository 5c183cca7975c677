"""What the map is told of the clinics without a pin: of a small directory nothing, of a large one enough."""

from __future__ import annotations

import pytest

from locator.clinics.filters import Filters, Need
from locator.clinics.search import SiteIndex
from locator.language import languages, speaking
from locator.presentation.map.clusters import Clusters, clusters_of
from locator.presentation.paging import PAGE_SIZE, ListPages
from locator.sites import METRES_PER_MILE, Coordinate, Site
from tests.support.samples import make_site

PATH = "/assets/points/1-v1.bin"


def many(count: int) -> list[Site]:
    return [
        make_site(f"fake-{n:03}", Coordinate(44 + n / 100, -93 - n / 100), city=f"City {n:03}")
        for n in range(count)
    ]


def clusters(
    sites: list[Site], shown: list[Site], filters: Filters | None = None, pages: ListPages | None = None
) -> Clusters | None:
    asked, turned = filters or Filters(), pages or ListPages()
    return clusters_of(SiteIndex(sites), shown, asked, path=PATH, pages=turned)


def large(filters: Filters | None = None, pages: ListPages | None = None) -> Clusters:
    sites = many(PAGE_SIZE + 10)
    made = clusters(sites, sites[:PAGE_SIZE], filters, pages)
    assert made is not None
    return made


def test_a_directory_that_the_list_can_show_has_none() -> None:
    sites = many(PAGE_SIZE)
    assert clusters(sites, sites) is None


def test_clinics_without_a_pin_do_not_make_a_directory_large() -> None:
    sites = [*many(PAGE_SIZE), *(make_site(f"lost-{n}", None) for n in range(30))]
    assert clusters(sites, sites) is None


def test_those_with_a_pin_are_named_by_their_places_in_the_file() -> None:
    sites = many(PAGE_SIZE + 10)
    lost = make_site("lost", None, city="City 000")
    made = clusters([lost, *sites], [sites[7], lost, sites[0]])
    assert made is not None
    assert made.pinned == (7, 0)


def test_it_spans_all_clinics() -> None:
    low, high = large().corners
    assert (low.lat_deg, high.lat_deg) == (44.0, 44.29)
    assert (low.lon_deg, high.lon_deg) == (-93.29, -93.0)


def test_the_filters_that_the_counts_follow_are_told_and_a_distance_is_told_apart() -> None:
    made = large(Filters(Need.BOTH, within_m=5 * METRES_PER_MILE, wheelchair=True))
    assert made.asks == (0, 1, 2)
    assert made.is_limited
    assert not large().is_limited


NEAREST = [Coordinate(44.1, -93.1)]
PINS = [Coordinate(45.0, -94.0), Coordinate(45.1, -94.1)]


def test_the_map_begins_with_all_clinics_then_with_the_nearest_then_with_those_turned_to() -> None:
    assert large().in_view(PINS, nearest=None) == large().corners
    assert large().in_view(PINS, nearest=NEAREST) == NEAREST
    turned = large(pages=ListPages(fitting=1))
    assert turned.in_view(PINS, nearest=NEAREST) == PINS
    assert turned.turned != large(pages=ListPages(possible=1)).turned != large().turned


@pytest.mark.parametrize("language", languages(), ids=lambda one: one.tag)
def test_a_count_has_the_form_that_gettext_gives_it(language: object) -> None:
    with speaking(language):  # type: ignore[arg-type]
        words = large().facts()["words"]
    forms, form_of = words["forms"], words["form_of"]
    assert forms[int(form_of[1])] != forms[int(form_of[2])]
    assert all("{count}" in form for form in forms)
    assert {form_of[n] for n in range(2, 200)} == {form_of[2]}
