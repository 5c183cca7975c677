"""What a referrer is offered, what they are warned of first, and the plan that a choice makes of it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.clinics.filters import Filters, Need
from locator.clinics.search import SiteIndex
from locator.referral.journey import Journey, VisitPlace
from locator.referral.offer import (
    MOST_OPTIONS,
    Offer,
    Preferences,
    no_start,
    offer,
    plan_of,
    still_offered,
)
from locator.referral.plan import SiteChoice
from locator.sites import METRES_PER_MILE, UNKNOWN_CLAIM, Claim, Coordinate, Origin, Precision, Site
from tests.support.journey_samples import make_journey, make_visit, miles_east
from tests.support.samples import (
    CONFIRMED_NO,
    CONFIRMED_YES,
    MINNEAPOLIS,
    PROVISIONAL_YES,
    make_origin,
    make_site,
)

PHONE = "612-555-0123"
claims = st.sampled_from([CONFIRMED_YES, PROVISIONAL_YES, CONFIRMED_NO, UNKNOWN_CLAIM])


def site(
    name: str,
    miles: float | None,
    evaluation: Claim = CONFIRMED_YES,
    procedure: Claim = UNKNOWN_CLAIM,
    **facts: object,
) -> Site:
    at = None if miles is None else miles_east(miles)
    return make_site(f"fake-{name}", at, city=name, evaluation=evaluation, procedure=procedure, **facts)


CLINIC = site("Near", 2, procedure=CONFIRMED_NO)
THEATRE = site("Far", 9, evaluation=CONFIRMED_NO, procedure=CONFIRMED_YES)
HEARSAY = site("Hearsay", 4, evaluation=CONFIRMED_NO, procedure=PROVISIONAL_YES)
LOST = site("Lost", None, procedure=CONFIRMED_YES)


def preferences(
    *, evaluation_only: bool = False, journey: Journey | None = None, within_m: float = math.inf
) -> Preferences:
    need = Need.EVALUATION if evaluation_only else Need.ANY
    visits = journey or make_journey(1 if evaluation_only else 6, 0 if evaluation_only else 3)
    return Preferences(evaluation_only, visits, Filters(need=need, within_m=within_m))


def offered(
    *sites: Site,
    wished: Preferences | None = None,
    evaluation_only: bool = False,
    origin: Origin | None = None,
) -> Offer:
    asked = wished or preferences(evaluation_only=evaluation_only)
    return offer(SiteIndex(sites), origin or make_origin(), asked, phone=PHONE)


def choices(made: Offer) -> list[list[str]]:
    """What can be chosen under each heading."""
    return [[option.choice for option in group.options] for group in made.groups]


def test_before_any_start_it_asks_for_one_and_offers_nothing() -> None:
    made = no_start(SiteIndex([CLINIC, THEATRE]), preferences(), phone=PHONE)
    assert made.announcement == "Give a ZIP code, a city or a county to rank the sites by travel."
    assert (made.notes, made.groups, made.best) == ((), (), SiteChoice())
    assert made.warning is None


@pytest.mark.parametrize(
    ("sites", "warned"),
    [
        ([CLINIC, HEARSAY], "No procedure site is confirmed by the practice yet."),
        ([CLINIC], "No clinic listed here is known to be a procedure site."),
        ([], "No clinic listed here is known to be a procedure site."),
    ],
)
def test_that_no_procedure_site_is_confirmed_comes_first_with_the_number_to_call(
    sites: Sequence[Site], warned: str
) -> None:
    for made in (no_start(SiteIndex(sites), preferences(), phone=PHONE), offered(*sites)):
        assert made.warning is not None
        assert made.warning.startswith(warned)
        assert PHONE in made.warning


def test_an_evaluation_alone_is_not_warned_of_procedure_sites() -> None:
    only = preferences(evaluation_only=True)
    assert no_start(SiteIndex([CLINIC, HEARSAY]), only, phone=PHONE).warning is None
    assert offered(CLINIC, HEARSAY, wished=only).warning is None


def test_the_pair_of_least_travel_is_the_one_to_begin_with() -> None:
    made = offered(THEATRE, CLINIC)
    assert made.announcement == "Pairs of sites from ZIP 55999 (Testville, MN), the least travel first."
    assert choices(made) == [["fake-Near fake-Far"]]
    assert made.best == SiteChoice("fake-Near", "fake-Far")
    assert made.warning is None


def test_a_hearsay_pair_may_lead_but_never_as_confirmed() -> None:
    made = offered(CLINIC, THEATRE, HEARSAY)
    assert made.best == SiteChoice("fake-Near", "fake-Hearsay")
    first = made.groups[0].options[0]
    assert first.lines[-1] == "Evaluation: yes. Procedures: yes, not yet confirmed."


def test_what_is_not_known_is_offered_apart_and_never_the_one_to_begin_with() -> None:
    unknown = site("Unknown", 1)
    made = offered(CLINIC, unknown)
    assert made.best == SiteChoice()
    assert choices(made) == [["fake-Unknown fake-Unknown", "fake-Near fake-Unknown"]]
    assert [group.heading for group in made.groups] == ["May fit – not known"]
    assert "these may" in made.announcement


def test_nothing_that_fits_is_said_and_nothing_is_begun_with() -> None:
    made = offered(CLINIC, THEATRE, wished=preferences(within_m=5 * METRES_PER_MILE))
    assert (made.groups, made.best) == ((), SiteChoice())
    assert "within 5 miles" in made.announcement
    assert offered(site("No", 1, CONFIRMED_NO, CONFIRMED_NO)).groups == ()


def test_an_empty_directory_offers_nothing_in_either_way() -> None:
    for only in (False, True):
        made = offered(evaluation_only=only)
        assert (made.groups, made.best) == ((), SiteChoice())
        assert made.announcement


def test_one_site_that_does_both_is_a_pair_with_itself() -> None:
    made = offered(site("Both", 3, procedure=CONFIRMED_YES))
    assert made.best == SiteChoice("fake-Both", "fake-Both")
    assert choices(made) == [["fake-Both fake-Both"]]


def test_pairs_of_the_same_travel_stand_in_a_settled_order() -> None:
    twins = [site(name, 5, CONFIRMED_NO, CONFIRMED_YES) for name in ("B", "A")]
    for order in (twins, twins[::-1]):
        assert choices(offered(CLINIC, *order)) == [["fake-Near fake-A", "fake-Near fake-B"]]


def test_among_pairs_of_equal_travel_the_one_of_the_nearer_clinic_leads() -> None:
    # Nobody goes to the evaluation clinic, so how far it is makes no difference to the total.
    far_clinic = site("FarClinic", 20, procedure=CONFIRMED_NO)
    made = offered(CLINIC, far_clinic, THEATRE, wished=preferences(journey=make_journey(0, 3)))
    totals = {option.lines[0] for option in made.groups[0].options}
    assert len(made.groups[0].options) == 2
    assert totals == {"54 miles in all"}
    assert made.best == SiteChoice("fake-Near", "fake-Far")


def test_no_more_than_a_few_options_are_offered() -> None:
    sites = [site(f"S{number}", number, procedure=CONFIRMED_YES) for number in range(1, 7)]
    for only in (False, True):
        assert [len(group) for group in choices(offered(*sites, evaluation_only=only))] == [MOST_OPTIONS]


def test_how_the_place_was_understood_and_how_exact_it_is_are_worth_knowing() -> None:
    origin = Origin("Testville", MINNEAPOLIS, Precision.CITY, METRES_PER_MILE, "made up", ("A fake note.",))
    for only in (False, True):
        notes = offered(CLINIC, THEATRE, origin=origin, evaluation_only=only).notes
        assert "A fake note." in notes
        assert any("within 1.0 miles" in note for note in notes)


def test_why_the_nearest_clinic_is_passed_over_is_worth_knowing() -> None:
    assert any(note.startswith("The nearest clinic is") for note in offered(CLINIC, THEATRE).notes)


@pytest.mark.parametrize("evaluation_only", [False, True])
def test_a_site_without_a_pin_is_named_though_it_cannot_be_ranked(evaluation_only: bool) -> None:
    made = offered(CLINIC, THEATRE, LOST, evaluation_only=evaluation_only)
    assert sum(LOST.title in note and "no distance" in note for note in made.notes) == 1
    assert not any("fake-Lost" in choice for group in choices(made) for choice in group)


@pytest.mark.parametrize("evaluation_only", [False, True])
def test_without_such_a_site_nothing_is_said_of_one(evaluation_only: bool) -> None:
    made = offered(CLINIC, THEATRE, evaluation_only=evaluation_only)
    assert not any("no distance" in note for note in made.notes)


def test_for_the_evaluation_alone_the_nearest_clinic_is_the_one_to_begin_with() -> None:
    made = offered(site("Mid", 5), CLINIC, THEATRE, evaluation_only=True)
    assert choices(made) == [["fake-Near", "fake-Mid"]]
    assert made.best == SiteChoice("fake-Near")
    assert "2 clinics near ZIP 55999" in made.announcement


def test_for_the_evaluation_alone_the_unknown_never_lead() -> None:
    made = offered(site("Unknown", 1, UNKNOWN_CLAIM), evaluation_only=True)
    assert made.best == SiteChoice()
    assert choices(made) == [["fake-Unknown"]]


def test_that_no_clinic_is_confirmed_for_the_evaluation_is_worth_knowing() -> None:
    made = offered(site("Hearsay", 1, PROVISIONAL_YES), evaluation_only=True)
    assert made.notes[0] == f"None of these is confirmed for DRG evaluation yet. Call {PHONE} to confirm."


@pytest.mark.parametrize("evaluation_only", [False, True])
def test_far_from_every_clinic_it_says_so_and_what_to_do(evaluation_only: bool) -> None:
    duluth = Origin("Fakeduluth", Coordinate(46.8, -92.1), Precision.CITY, 0.0, "made up")
    made = offered(CLINIC, THEATRE, origin=duluth, evaluation_only=evaluation_only)
    assert made.announcement == "Fakeduluth: outside the Twin Cities area."
    assert PHONE in made.notes[0]
    assert made.best.evaluation_id == "fake-Near"


@given(st.lists(st.tuples(claims, claims, st.integers(-9, 9)), max_size=6), st.booleans())
def test_what_to_begin_with_is_the_first_option_and_known_to_do_its_part(
    made: list[tuple[Claim, Claim, int]], evaluation_only: bool
) -> None:
    sites = {
        one.site_id: one
        for one in (site(f"S{number}", miles, *both) for number, (*both, miles) in enumerate(made))
    }
    result = offered(*sites.values(), evaluation_only=evaluation_only)
    known = {CONFIRMED_YES, PROVISIONAL_YES}
    if result.best == SiteChoice():
        assert [group.heading for group in result.groups] in ([], ["May fit – not known"])
        return
    assert result.groups[0].options[0].choice.split() == [
        one for one in (result.best.evaluation_id, result.best.procedure_id) if one
    ]
    assert sites[result.best.evaluation_id].evaluation in known
    if not evaluation_only:
        assert sites[result.best.procedure_id].procedure in known


def test_a_choice_of_two_sites_makes_a_plan_of_all_visits() -> None:
    asked = preferences()
    made = plan_of(SiteIndex([CLINIC, THEATRE]), SiteChoice("fake-Near", "fake-Far"), make_origin(), asked)
    assert made is not None
    assert (made.evaluation, made.procedure, made.origin) == (CLINIC, THEATRE, make_origin())
    assert made.journey == asked.journey


@pytest.mark.parametrize(
    "choice",
    [
        SiteChoice(),
        SiteChoice("fake-Near"),
        SiteChoice("", "fake-Far"),
        SiteChoice("fake-gone", "fake-Far"),
        SiteChoice("fake-Near", "fake-gone"),
    ],
)
def test_a_part_without_a_site_makes_no_plan(choice: SiteChoice) -> None:
    assert plan_of(SiteIndex([CLINIC, THEATRE]), choice, None, preferences()) is None


def test_the_evaluation_alone_needs_no_procedure_site_and_forgets_one() -> None:
    only = preferences(evaluation_only=True)
    for choice in (SiteChoice("fake-Near"), SiteChoice("fake-Near", "fake-Far")):
        made = plan_of(SiteIndex([CLINIC, THEATRE]), choice, None, only)
        assert made is not None
        assert (made.evaluation, made.procedure) == (CLINIC, None)
        assert made.journey == only.journey
    assert plan_of(SiteIndex([CLINIC, THEATRE]), SiteChoice("", "fake-Far"), None, only) is None


def test_a_site_known_not_to_do_its_part_makes_no_plan() -> None:
    assert (
        plan_of(SiteIndex([CLINIC, THEATRE]), SiteChoice("fake-Near", "fake-Near"), None, preferences())
        is None
    )
    assert (
        plan_of(SiteIndex([CLINIC, THEATRE]), SiteChoice("fake-Far", "fake-Far"), None, preferences()) is None
    )


@pytest.mark.parametrize("claim", [UNKNOWN_CLAIM, PROVISIONAL_YES, CONFIRMED_YES])
def test_a_site_of_which_that_is_not_known_may_be_chosen(claim: Claim) -> None:
    open_site = site("Open", 3, claim, claim)
    choice = SiteChoice("fake-Open", "fake-Open")
    assert still_offered(SiteIndex([open_site]), choice) == choice
    assert plan_of(SiteIndex([open_site]), choice, None, preferences()) is not None


def test_what_no_longer_holds_of_a_choice_is_dropped_and_the_rest_stays() -> None:
    sites = SiteIndex([CLINIC, THEATRE])
    assert still_offered(sites, SiteChoice("fake-Near", "fake-gone")) == SiteChoice("fake-Near", "")
    assert still_offered(sites, SiteChoice("fake-gone", "fake-Far")) == SiteChoice("", "fake-Far")
    assert still_offered(sites, SiteChoice("fake-Far", "fake-Near")) == SiteChoice()
    assert still_offered(sites, SiteChoice()) == SiteChoice()


def test_programming_sessions_count_towards_the_travel_offered() -> None:
    journey = Journey(
        (
            make_visit("evaluation", VisitPlace.EVALUATION, 1),
            make_visit("implant", VisitPlace.PROCEDURE, 1),
            make_visit("programming", VisitPlace.EVALUATION, 3),
        )
    )
    for sessions, said in ((0, "22 miles in all"), (3, "34 miles in all"), (10, "62 miles in all")):
        asked = preferences(journey=journey.with_times("programming", sessions))
        assert offered(CLINIC, THEATRE, wished=asked).groups[0].options[0].lines[0] == said
