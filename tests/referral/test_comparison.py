"""Sites side by side: the chosen first, one row a fact, and what is not known said as just that."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.referral.comparison import MOST_COMPARED, ComparedSite, columns, rows
from locator.referral.plan import Plan
from locator.sites import UNKNOWN_CLAIM, Answer, Claim, Origin, Site, Wheelchair
from tests.support.journey_samples import make_journey, miles_east
from tests.support.samples import CONFIRMED_NO, CONFIRMED_YES, PROVISIONAL_YES, make_origin, make_site

SITES = [make_site(f"fake-{letter}", miles_east(miles)) for miles, letter in enumerate("abcdefgh", start=1)]
NEARBY = [(site, f"{number} fake miles") for number, site in enumerate(SITES, start=1)]


def plan(evaluation: Site, procedure: Site | None, origin: Origin | None = None) -> Plan:
    return Plan(evaluation, procedure, origin, make_journey(6, 3))


def table(*sites: Site) -> dict[str, list[str]]:
    """Each row by its name, for sites compared without any start."""
    return dict(rows(columns(None, [(site, "") for site in sites])))


def fact(name: str, site: Site) -> str:
    (said,) = table(site)[name]
    return said


def ids(shown: tuple[ComparedSite, ...]) -> list[str]:
    return [column.site.site_id for column in shown]


def test_without_a_choice_the_nearest_stand_in_their_order() -> None:
    shown = columns(None, NEARBY)
    assert ids(shown) == ["fake-a", "fake-b", "fake-c", "fake-d", "fake-e"]
    assert len(shown) == MOST_COMPARED
    assert [column.number for column in shown] == [1, 2, 3, 4, 5]
    assert {column.part for column in shown} == {""}
    assert [column.distance for column in shown] == [said for _, said in NEARBY[:5]]


def test_the_chosen_come_first_with_their_parts_and_are_not_there_twice() -> None:
    shown = columns(plan(SITES[3], SITES[1]), NEARBY)
    assert ids(shown) == ["fake-d", "fake-b", "fake-a", "fake-c", "fake-e"]
    assert [column.part for column in shown] == ["Evaluation", "Procedures", "", "", ""]
    assert [column.number for column in shown] == [1, 2, 3, 4, 5]
    assert [column.distance for column in shown[:2]] == ["4 fake miles", "2 fake miles"]


@pytest.mark.parametrize(
    ("procedure", "part"), [(SITES[3], "Evaluation and procedures"), (None, "Evaluation")]
)
def test_one_site_for_all_that_is_planned_is_one_column(procedure: Site | None, part: str) -> None:
    shown = columns(plan(SITES[3], procedure), NEARBY, limit=2)
    assert [(column.site.site_id, column.part) for column in shown] == [("fake-d", part), ("fake-a", "")]


def test_the_chosen_are_compared_also_where_nothing_is_nearby() -> None:
    shown = columns(plan(SITES[0], SITES[1]), [])
    assert ids(shown) == ["fake-a", "fake-b"]
    assert [column.distance for column in shown] == ["", ""]


def test_a_chosen_site_too_far_to_be_among_those_nearby_still_has_its_distance() -> None:
    far = make_site("fake-far", miles_east(40))
    first, second, third = columns(plan(SITES[0], far, make_origin()), NEARBY[:2])
    assert (first.site, second.site, third.site) == (SITES[0], far, SITES[1])
    assert first.distance == "1 fake miles"
    assert second.distance == "40.0 miles"


def test_a_chosen_site_without_a_pin_has_no_distance() -> None:
    shown = columns(plan(SITES[0], make_site("fake-lost", None), make_origin()), NEARBY[:1])
    assert [column.distance for column in shown] == ["1 fake miles", ""]
    assert dict(rows(shown))["Distance"] == ["1 fake miles", "Not known"]


@given(st.integers(0, 9), st.integers(0, 9), st.integers(0, 7), st.integers(0, 7))
def test_at_most_so_many_sites_each_once_numbered_from_one(
    limit: int, near: int, first: int, second: int
) -> None:
    shown = columns(plan(SITES[first], SITES[second]), NEARBY[:near], limit=limit)
    assert len(shown) <= limit
    assert len(set(ids(shown))) == len(shown)
    assert [column.number for column in shown] == list(range(1, len(shown) + 1))
    chosen = [f"fake-{'abcdefgh'[one]}" for one in dict.fromkeys((first, second))]
    assert ids(shown)[: len(chosen)] == chosen[:limit]


def test_nothing_to_compare_is_no_column() -> None:
    assert columns(None, []) == ()


def test_a_distance_is_a_row_only_where_there_is_one() -> None:
    assert "Distance" not in table(SITES[0])
    assert rows(columns(None, NEARBY[:2]))[0] == ("Distance", ["1 fake miles", "2 fake miles"])


def test_every_row_has_a_cell_for_each_site() -> None:
    assert {len(cells) for cells in table(*SITES[:3]).values()} == {3}
    assert list(table(SITES[0])) == [
        "Evaluation",
        "Procedures",
        "Address",
        "Phone",
        "Fax",
        "Listed hours",
        "Wheelchair access",
        "New patients",
        "Listing",
    ]


@pytest.mark.parametrize("part", ["Evaluation", "Procedures"])
@pytest.mark.parametrize(
    ("claim", "said"),
    [
        (CONFIRMED_YES, "Yes"),
        (PROVISIONAL_YES, "Yes, not yet confirmed"),
        (UNKNOWN_CLAIM, "Not known – call to ask"),
        (CONFIRMED_NO, "No"),
    ],
)
def test_a_part_is_said_as_sure_as_it_is(part: str, claim: Claim, said: str) -> None:
    if part == "Evaluation":
        assert fact(part, make_site(evaluation=claim, procedure=CONFIRMED_NO)) == said
    else:
        assert fact(part, make_site(evaluation=CONFIRMED_NO, procedure=claim)) == said


def test_what_is_not_known_is_said_as_such_and_never_as_a_no() -> None:
    bare = make_site(evaluation=UNKNOWN_CLAIM)
    for name in ("Evaluation", "Procedures", "Fax", "Listed hours", "Wheelchair access", "New patients"):
        assert fact(name, bare).startswith("Not known"), name


def test_what_is_known_is_said() -> None:
    known = make_site(
        unit="Ste 5",
        fax="612-555-0112",
        hours="Mo-Fr 08:00-17:00",
        wheelchair=Wheelchair(Answer.YES, Answer.NO, Answer.UNKNOWN),
        accepting_new_patients=Answer.NO,
        verified_on=date(2026, 11, 1),
    )
    said = {name: cell for name, (cell,) in table(known).items()}
    assert said["Address"] == "1 Nowhere St, Ste 5, Testville, MN 55999"
    assert said["Phone"] == "612-555-0100"
    assert said["Fax"] == "612-555-0112"
    assert said["Listed hours"].startswith("Mon")
    assert said["Wheelchair access"] == ("Wheelchair entrance; No wheelchair parking; Not known: restroom")
    assert said["New patients"] == "No"
    assert said["Listing"] == "Checked by the practice on November 1, 2026"


def test_a_listing_that_nobody_checked_says_so() -> None:
    assert "not checked by the practice" in fact("Listing", make_site())
