"""What a search says and lists: nothing dropped in silence, nothing claimed that is not known."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.clinics.filters import Filters, Need
from locator.clinics.search import SiteIndex, search
from locator.presentation import listing
from locator.presentation.listing import Listing
from locator.presentation.templating import render
from locator.sites import METRES_PER_MILE, UNKNOWN_CLAIM, Answer, Claim, Coordinate, Origin, Site, Wheelchair
from tests.support.parsed_html import one_line, parse
from tests.support.samples import (
    CONFIRMED_NO,
    CONFIRMED_YES,
    MINNEAPOLIS,
    PROVISIONAL_YES,
    make_origin,
    make_site,
)

PHONE = "612-555-0123"
PROCEDURE = Filters(Need.PROCEDURE)
ANY_CLAIM = st.sampled_from([CONFIRMED_YES, PROVISIONAL_YES, CONFIRMED_NO, UNKNOWN_CLAIM])
LABEL = "ZIP 55999 (Testville, MN)"


def miles_east(miles: float) -> Coordinate:
    return Coordinate(MINNEAPOLIS.lat_deg, MINNEAPOLIS.lon_deg + miles / 48.97)


def found(
    sites: Sequence[Site], filters: Filters | None = None, *, origin: Origin | None = None, limit: int = 50
) -> Listing:
    start, asked = origin or make_origin(), filters or Filters()
    results = search(SiteIndex(sites), start, asked, limit=limit)
    return listing.found(start, results, asked, phone=PHONE)


def ids(said: Listing) -> list[list[str]]:
    return [[card.site.site_id for card in group.cards] for group in said.groups]


def operates(site_id: str, procedure: Claim, miles: float = 1) -> Site:
    return make_site(site_id, miles_east(miles), procedure=procedure)


def everything(said: Listing) -> str:
    """All sentences of a listing but those of its cards."""
    return " ".join([said.announcement, *said.notes, *(group.explanation for group in said.groups)])


def test_before_any_search_every_clinic_is_listed_by_city() -> None:
    sites = [make_site("a", city="Testville"), make_site("b", city="Mockton"), make_site("c", at=None)]
    said = listing.all_sites(sites, Filters(), phone=PHONE)
    assert ids(said) == [["b", "a", "c"]]
    assert "3 clinics" in said.announcement
    assert all(card.match is None for card in said.cards)


def test_before_any_search_a_distance_hides_no_clinic() -> None:
    sites = [operates("near", CONFIRMED_YES), operates("far", CONFIRMED_YES, miles=300)]
    near_only = Filters(within_m=5 * METRES_PER_MILE)
    assert listing.all_sites(sites, near_only, phone=PHONE) == listing.all_sites(
        sites, Filters(), phone=PHONE
    )


def test_before_any_search_the_filters_keep_unknown_apart_and_drop_only_no() -> None:
    sites = [
        operates("yes", CONFIRMED_YES),
        operates("perhaps", UNKNOWN_CLAIM),
        operates("no", CONFIRMED_NO),
    ]
    said = listing.all_sites(sites, PROCEDURE, phone=PHONE)
    assert ids(said) == [["yes"], ["perhaps"]]
    assert re.findall(r"\d+", said.announcement) == ["1", "1"]
    assert "may fit" in said.announcement


def test_a_provisional_yes_counts_as_a_yes() -> None:
    assert ids(found([operates("rumoured", PROVISIONAL_YES)], PROCEDURE)) == [["rumoured"]]


def test_nearest_comes_first_and_the_place_is_named() -> None:
    said = found([operates("far", CONFIRMED_YES, 20), operates("near", CONFIRMED_YES, 2)])
    assert ids(said) == [["near", "far"]]
    assert "2 clinics" in said.announcement
    assert LABEL in said.announcement


def test_one_clinic_is_singular() -> None:
    announcement = found([make_site()]).announcement
    assert "1 clinic near" in announcement
    assert "clinics" not in announcement


def test_what_is_not_known_has_a_heading_of_its_own_and_is_no_no() -> None:
    said = found(
        [operates("perhaps", UNKNOWN_CLAIM, 1), operates("known", CONFIRMED_YES, 40)],
        PROCEDURE,
    )
    assert ids(said) == [["known"], ["perhaps"]]
    apart = said.groups[1]
    assert "not known" in apart.heading.lower()
    assert "procedures" in apart.explanation
    assert "does not mean no" in apart.explanation
    assert PHONE in apart.explanation
    assert "may fit" in said.announcement


def test_each_filter_is_named_where_it_cannot_be_decided() -> None:
    site = make_site(evaluation=UNKNOWN_CLAIM, hours=None)
    said = found([site], Filters(Need.BOTH, open_weekday=3, wheelchair=True, accepting=True))
    (apart,) = said.groups
    assert "not known" in apart.heading.lower()
    for words in ("evaluation and procedures", "Thursday", "wheelchair entrance", "new patients accepted"):
        assert words in apart.explanation


def test_a_clinic_without_a_pin_is_kept_under_a_heading_that_says_so() -> None:
    said = found([make_site("pinned"), make_site("pinless", at=None)])
    assert ids(said) == [["pinned"], ["pinless"]]
    assert "map" in said.groups[1].heading
    assert "no distance" in said.groups[1].explanation
    assert said.groups[1].cards[0].match is None


def test_cards_are_numbered_through_all_groups() -> None:
    said = found(
        [
            operates("a", CONFIRMED_YES, 1),
            operates("b", UNKNOWN_CLAIM, 2),
            operates("c", CONFIRMED_YES, 3),
            make_site("d", None, procedure=CONFIRMED_YES),
        ],
        PROCEDURE,
    )
    assert ids(said) == [["a", "c"], ["b"], ["d"]]
    assert [card.number for card in said.cards] == [1, 2, 3, 4]


site_lists = st.lists(st.tuples(ANY_CLAIM, ANY_CLAIM, st.booleans()), max_size=8).map(
    lambda drawn: [
        make_site(
            f"fake-{number}", miles_east(number) if pinned else None, evaluation=first, procedure=second
        )
        for number, (first, second, pinned) in enumerate(drawn)
    ]
)


@given(site_lists, st.sampled_from(Need), st.booleans())
def test_every_clinic_but_a_known_no_is_listed_once(sites: list[Site], need: Need, searched: bool) -> None:
    filters = Filters(need)
    said = found(sites, filters) if searched else listing.all_sites(sites, filters, phone=PHONE)
    asked = {
        Need.ANY: (),
        Need.EVALUATION: ("evaluation",),
        Need.PROCEDURE: ("procedure",),
        Need.BOTH: ("evaluation", "procedure"),
    }[need]
    kept = [s.site_id for s in sites if all(getattr(s, role).answer is not Answer.NO for role in asked)]
    assert sorted(card.site.site_id for card in said.cards) == sorted(kept)
    assert [card.number for card in said.cards] == list(range(1, len(kept) + 1))
    assert all(group.cards for group in said.groups)


def test_the_notes_of_the_place_come_before_how_exact_it_is() -> None:
    origin = Origin(
        LABEL, MINNEAPOLIS, make_origin().precision, 2 * METRES_PER_MILE, "test", ("Made-up note.",)
    )
    said = found([make_site()], origin=origin)
    assert said.notes[0] == "Made-up note."
    assert "straight line" in said.notes[1]
    assert "2.0 miles" in said.notes[1]


@pytest.mark.parametrize(("far", "words"), [(1, "1 more clinic is"), (3, "3 more clinics are")])
def test_clinics_too_far_are_counted(far: int, words: str) -> None:
    sites = [operates("near", CONFIRMED_YES, 1)]
    sites += [operates(f"far-{n}", CONFIRMED_YES, 30 + n) for n in range(far)]
    said = found(sites, Filters(within_m=10 * METRES_PER_MILE))
    assert any(words in note and "farther" in note for note in said.notes)


def test_clinics_that_do_not_offer_what_is_asked_are_counted() -> None:
    said = found([operates("yes", CONFIRMED_YES), operates("no", CONFIRMED_NO)], PROCEDURE)
    assert any("1 clinic without DRG procedures" in note for note in said.notes)


@pytest.mark.parametrize(
    ("need", "claims", "said_so"),
    [
        (Need.PROCEDURE, [PROVISIONAL_YES, PROVISIONAL_YES], True),
        (Need.PROCEDURE, [PROVISIONAL_YES, CONFIRMED_YES], False),
        (Need.ANY, [PROVISIONAL_YES, PROVISIONAL_YES], False),
        (Need.BOTH, [PROVISIONAL_YES], True),
        (Need.PROCEDURE, [UNKNOWN_CLAIM], False),
    ],
)
def test_it_is_said_when_nothing_found_is_confirmed_for_what_was_asked(
    need: Need, claims: list[Claim], said_so: bool
) -> None:
    sites = [operates(f"fake-{number}", claim) for number, claim in enumerate(claims)]
    notes = found(sites, Filters(need)).notes
    assert any("confirmed" in note and PHONE in note for note in notes) is said_so


def test_nothing_left_out_leaves_nothing_to_say() -> None:
    assert len(found([make_site()]).notes) == 1


def test_out_of_the_area_says_how_far_whom_to_call_and_what_else_to_do() -> None:
    said = found([operates("only", CONFIRMED_YES, 127)])
    assert LABEL in said.announcement
    assert "outside" in said.announcement
    assert "127 miles" in said.notes[0]
    assert PHONE in said.notes[0]
    assert "your doctor" in said.notes[0]
    assert ids(said) == [["only"]]


@pytest.mark.parametrize(
    ("miles", "uncertainty_mi", "outside"), [(59, 0, False), (62, 0, True), (62, 5, False)]
)
def test_sixty_miles_is_the_edge_and_a_place_that_may_reach_it_is_inside(
    miles: float, uncertainty_mi: float, outside: bool
) -> None:
    origin = make_origin(uncertainty_m=uncertainty_mi * METRES_PER_MILE)
    said = found([operates("only", CONFIRMED_YES, miles)], origin=origin)
    assert ("outside" in said.announcement) is outside


def test_nothing_near_enough_says_so_and_to_look_farther() -> None:
    said = found([operates("far", CONFIRMED_YES, 30)], Filters(within_m=5 * METRES_PER_MILE))
    assert said.groups == ()
    assert "No clinic" in said.announcement
    assert "within 5 miles" in said.announcement
    assert LABEL in said.announcement
    assert "longer distance" in said.announcement
    assert "1 clinic farther" in said.announcement


def test_nothing_that_fits_says_so_and_to_take_a_filter_away() -> None:
    said = found([operates("no", CONFIRMED_NO)], PROCEDURE)
    assert said.groups == ()
    assert "No clinic" in said.announcement
    assert "filter" in said.announcement


@pytest.mark.parametrize(("within_mi", "words"), [(0.4, "0.4 miles"), (2.5, "2.5 miles"), (25, "25 miles")])
def test_the_distance_that_was_asked_for_is_the_one_that_is_named(within_mi: float, words: str) -> None:
    said = found([operates("far", CONFIRMED_YES, 50)], Filters(within_m=within_mi * METRES_PER_MILE))
    assert f"within {words} of" in said.announcement


def test_a_place_that_is_not_found_still_shows_every_clinic() -> None:
    sites = [make_site("a"), make_site("b", at=None)]
    said = listing.not_found(sites, Filters(), said="Made-up reason.", phone=PHONE)
    assert said.announcement.startswith("Made-up reason.")
    assert ids(said) == [["a", "b"]]


def test_after_a_place_is_not_found_the_filters_are_not_called_all_clinics() -> None:
    sites = [operates("yes", CONFIRMED_YES), operates("no", CONFIRMED_NO)]
    said = listing.not_found(sites, PROCEDURE, said="Made-up reason.", phone=PHONE)
    assert ids(said) == [["yes"]]
    assert "all clinics" not in everything(said)


def test_an_unknown_entrance_is_kept_and_a_missing_one_is_dropped() -> None:
    def with_entrance(site_id: str, entrance: Answer) -> Site:
        return make_site(site_id, wheelchair=Wheelchair(entrance, Answer.YES, Answer.YES))

    sites = [with_entrance(str(answer), answer) for answer in Answer]
    said = found(sites, Filters(wheelchair=True))
    assert ids(said) == [["yes"], ["unknown"]]
    assert any("1 clinic without a wheelchair entrance" in note for note in said.notes)


@given(st.text(min_size=1, max_size=40))
def test_any_label_and_note_are_shown_literally(text: str) -> None:
    origin = Origin(text, MINNEAPOLIS, make_origin().precision, 0.0, "test", (text,))
    page = parse(render("found.html", listing=found([make_site()], origin=origin)))
    assert [element.tag for element in page.every()] == ["p", "p", "p"]
    assert one_line(text) in page.one(of_class="count").text
    assert page.all("p")[1].text == one_line(text)


def test_no_sentence_of_a_listing_breaks_the_plural() -> None:
    sites = [
        operates("yes", CONFIRMED_YES, 1),
        operates("perhaps", UNKNOWN_CLAIM, 2),
        operates("no", CONFIRMED_NO, 3),
        operates("far", CONFIRMED_YES, 30),
    ]
    said = everything(found(sites, Filters(Need.PROCEDURE, within_m=10 * METRES_PER_MILE)))
    assert not re.search(r"(?<!\d)1 (?:more )?clinics\b", said)
    assert not re.search(r"\b1 more clinic are\b", said)
