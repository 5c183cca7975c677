"""A large directory is listed in pages that say so, with the way on and back; a small one is as it was."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from locator.clinics.filters import Filters, Need
from locator.clinics.search import SiteIndex, search
from locator.presentation import listing
from locator.presentation.cards import render_list
from locator.presentation.listing import Listing
from locator.presentation.paging import PAGE_SIZE, ListPages
from locator.presentation.templating import render
from locator.sites import UNKNOWN_CLAIM, Answer, Coordinate, Site
from tests.support.parsed_html import parse
from tests.support.samples import CONFIRMED_NO, CONFIRMED_YES, MINNEAPOLIS, make_origin, make_site

PHONE = "612-555-0123"
NOW = datetime(2026, 11, 22, 18, tzinfo=UTC)
PROCEDURE = Filters(Need.PROCEDURE)


def many(count: int, **facts: object) -> list[Site]:
    """Clinics in the order of their ids both by city and by distance."""
    return [
        make_site(f"fake-{n:04}", Coordinate(44.98, -93.27 + n / 1000), city=f"City {n:04}", **facts)
        for n in range(count)
    ]


def before_search(
    sites: list[Site], pages: ListPages | None = None, filters: Filters | None = None
) -> Listing:
    index = SiteIndex(sites)
    return listing.all_sites(index, filters or Filters(), phone=PHONE, pages=pages or ListPages())


def after_search(
    sites: list[Site], pages: ListPages | None = None, filters: Filters | None = None
) -> Listing:
    shown, asked = pages or ListPages(), filters or Filters()
    results = search(SiteIndex(sites), make_origin(MINNEAPOLIS), asked, limit=shown.reach)
    return listing.found(make_origin(MINNEAPOLIS), results, asked, phone=PHONE, pages=shown)


def numbers(said: Listing) -> list[int]:
    return [card.number for card in said.cards]


def buttons(said: Listing) -> list[dict[str, str]]:
    return [dict(group.pagination.buttons) if group.pagination else {} for group in said.groups]


def test_before_a_search_the_first_page_stands_with_how_many_there_are_and_what_to_do() -> None:
    said = before_search(many(1203))
    assert numbers(said) == list(range(1, PAGE_SIZE + 1))
    assert said.announcement == "We found 1,203 clinics."
    assert said.notes == (
        "These are the first 20 of 1,203 clinics, by city. Type a place above to see the nearest.",
    )
    assert buttons(said) == [{"fitting 1": "Show the next 20"}]


def test_farther_on_the_part_is_named_and_both_ways_are_open() -> None:
    said = before_search(many(1203), ListPages(fitting=2))
    assert numbers(said) == list(range(41, 61))
    assert said.notes[0].startswith("This is part 3 of 61, by city: 20 of 1,203 clinics.")
    assert buttons(said) == [{"fitting 1": "Show the 20 before", "fitting 3": "Show the next 20"}]


def test_the_last_part_says_how_few_are_left_and_leads_back() -> None:
    assert buttons(before_search(many(23))) == [{"fitting 1": "Show the next 3"}]
    said = before_search(many(23), ListPages(fitting=1))
    assert numbers(said) == [21, 22, 23]
    assert buttons(said) == [{"fitting 0": "Show the 20 before"}]


def test_after_a_search_the_next_nearest_are_a_button_away() -> None:
    first, second = after_search(many(48)), after_search(many(48), ListPages(fitting=1))
    assert numbers(first) == list(range(1, 21))
    assert numbers(second) == list(range(21, 41))
    assert second.cards[0].site.site_id == "fake-0020"
    assert buttons(first) == [{"fitting 1": "Show the next 20"}]
    assert buttons(second) == [{"fitting 0": "Show the 20 before", "fitting 2": "Show the next 8"}]
    assert "This is part 2 of this list, nearest first." in second.notes
    assert "We found 20 clinics" in first.announcement
    assert "We found 40 clinics" in second.announcement


@pytest.mark.parametrize(("page", "left"), [(0, 100), (1, 80)])
def test_what_is_not_shown_yet_is_counted_as_farther_away(page: int, left: int) -> None:
    said = after_search(many(120), ListPages(fitting=page))
    assert f"{left} more clinics are farther away than shown." in said.notes


def test_each_group_is_cut_and_turned_by_itself_and_no_number_stands_twice() -> None:
    sites = [*many(30, procedure=CONFIRMED_YES)]
    sites += [make_site(f"perhaps-{n:03}", MINNEAPOLIS, procedure=UNKNOWN_CLAIM) for n in range(45)]
    for listed in (before_search, after_search):
        said = listed(sites, ListPages(fitting=1), PROCEDURE)
        assert [len(group.cards) for group in said.groups] == [10, 20]
        assert len(set(numbers(said))) == 30
        assert list(buttons(said)[1]) == ["possible 1"]


def test_clinics_without_a_pin_are_cut_too_and_all_are_counted() -> None:
    sites = [make_site("fake-here"), *(make_site(f"fake-{n:03}", None) for n in range(130))]
    said = after_search(sites)
    assert [len(group.cards) for group in said.groups] == [1, PAGE_SIZE]
    assert "130 more may fit" in said.announcement
    assert buttons(said)[1] == {"unplaced 1": "Show the next 20"}


def test_a_known_no_is_on_no_page() -> None:
    sites = [*many(30, procedure=CONFIRMED_YES), make_site("fake-no", procedure=CONFIRMED_NO)]
    shown = [before_search(sites, ListPages(fitting=n), PROCEDURE).cards for n in range(2)]
    listed = [card.site for cards in shown for card in cards]
    assert len(listed) == 30
    assert all(site.procedure.answer is Answer.YES for site in listed)


def test_a_place_that_is_not_found_is_not_followed_by_all_clinics_where_only_some_are() -> None:
    index = SiteIndex(many(60))
    said = listing.not_found(index, Filters(), said="Made-up reason.", phone=PHONE, pages=ListPages())
    assert said.announcement == "Made-up reason."
    assert "first 20 of 60" in said.notes[0]


def test_a_list_for_a_page_without_a_server_has_every_clinic() -> None:
    said = listing.all_sites(many(120), Filters(), phone=PHONE)
    assert numbers(said) == list(range(1, 121))
    assert (said.notes, buttons(said)) == ((), [{}])


def test_up_to_a_page_nothing_is_said_of_pages() -> None:
    for said in (before_search(many(PAGE_SIZE)), after_search(many(PAGE_SIZE))):
        assert buttons(said) == [{}]
        html = render_list(said.groups, now=NOW) + render("found.html", listing=said)
        for word in ("turn", "data-group", "first 20", "part 1"):
            assert word not in html


def test_the_way_on_is_buttons_that_name_their_group() -> None:
    said = before_search(many(41), ListPages(fitting=1))
    page = parse(render_list(said.groups, now=NOW))
    pagination = page.one(of_class="pagination")
    assert [one.attributes["data-turn"] for one in pagination.all("button")] == ["fitting 0", "fitting 2"]
    assert [one.text for one in pagination.all("button")] == [
        "Show the 20 before: All clinics",
        "Show the next 1: All clinics",
    ]
    assert page.one("section").attributes["data-group"] == "fitting"
