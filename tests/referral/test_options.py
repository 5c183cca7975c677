"""The options a referrer reads: least travel first, how sure each is, the unknown apart and never a no."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.clinics.filters import Filters, Need
from locator.clinics.search import SiteIndex, search
from locator.referral.offer import Option, OptionGroup, evaluation_groups, pair_groups
from locator.referral.pairing import rank_pairs
from locator.sites import UNKNOWN_CLAIM, Answer, Claim, Site
from tests.support.journey_samples import make_journey, miles_east
from tests.support.samples import CONFIRMED_NO, CONFIRMED_YES, PROVISIONAL_YES, make_origin, make_site

PHONE = "612-555-0123"
APART = "May fit – not known"
claims = st.sampled_from([CONFIRMED_YES, PROVISIONAL_YES, CONFIRMED_NO, UNKNOWN_CLAIM])


def site(
    name: str,
    miles: float,
    evaluation: Claim = CONFIRMED_YES,
    procedure: Claim = UNKNOWN_CLAIM,
    **facts: object,
) -> Site:
    return make_site(
        f"fake-{name}", miles_east(miles), city=name, evaluation=evaluation, procedure=procedure, **facts
    )


CLINIC = site("Near", 2, procedure=CONFIRMED_NO)
THEATRE = site("Far", 9, evaluation=CONFIRMED_NO, procedure=CONFIRMED_YES)


def pairs(
    *sites: Site, visits: tuple[int, int] = (6, 3), radius_m: float = 0.0, limit: int = 9
) -> tuple[OptionGroup, ...]:
    journey = make_journey(*visits)
    pairing = rank_pairs(sites, make_origin(uncertainty_m=radius_m), journey, Filters(), limit=limit)
    return pair_groups(pairing, journey, phone=PHONE)


def clinics(
    *sites: Site, radius_m: float = 0.0, limit: int = 9, accepting: bool = False
) -> tuple[OptionGroup, ...]:
    filters = Filters(need=Need.EVALUATION, accepting=accepting)
    results = search(SiteIndex(sites), make_origin(uncertainty_m=radius_m), filters, limit=limit)
    return evaluation_groups(results, phone=PHONE)


def only(groups: tuple[OptionGroup, ...]) -> Option:
    ((option,),) = [group.options for group in groups]
    return option


def choices(group: OptionGroup) -> list[str]:
    return [option.choice for option in group.options]


def test_a_pair_of_two_sites_names_the_part_of_each_and_what_it_takes() -> None:
    option = only(pairs(CLINIC, THEATRE))
    assert option.choice == "fake-Near fake-Far"
    assert option.parts == (("Evaluation", CLINIC), ("Procedures", THEATRE))
    assert option.lines == (
        "78 miles in all",
        "6 visits of 2.0 mi one way, 3 visits of 9.0 mi one way",
        "Evaluation: yes. Procedures: yes.",
    )


def test_a_pair_that_is_one_site_names_it_once_with_all_its_visits() -> None:
    both = site("Both", 5, procedure=CONFIRMED_YES)
    option = only(pairs(both))
    assert option.choice == "fake-Both fake-Both"
    assert option.parts == (("All visits", both),)
    assert option.lines[:2] == ("90 miles in all", "9 visits of 5.0 mi one way")


def test_the_range_of_the_travel_is_said_where_the_start_is_not_exact() -> None:
    # 9 visits, there and back, of a mile more or less each.
    assert only(pairs(CLINIC, THEATRE, radius_m=1609.344)).lines[0] == "78 miles in all (between 60 and 96)"


@pytest.mark.parametrize(
    ("visits", "expected"),
    [
        ((1, 1), "1 visit of 2.0 mi one way, 1 visit of 9.0 mi one way"),
        ((1, 0), "1 visit of 2.0 mi one way, 0 visits of 9.0 mi one way"),
        ((0, 2), "0 visits of 2.0 mi one way, 2 visits of 9.0 mi one way"),
    ],
)
def test_every_visit_is_counted_at_its_site_and_none_is_made_up(
    visits: tuple[int, int], expected: str
) -> None:
    assert only(pairs(CLINIC, THEATRE, visits=visits)).lines[1] == expected


@pytest.mark.parametrize(("miles", "said"), [(0.0, "0 miles in all"), (0.5, "1 mile in all")])
def test_few_miles_are_said_in_good_english(miles: float, said: str) -> None:
    both = site("Both", miles, procedure=CONFIRMED_YES)
    assert only(pairs(both, visits=(1, 0))).lines[0] == said


@pytest.mark.parametrize(
    ("evaluation", "procedure", "said"),
    [
        (CONFIRMED_YES, PROVISIONAL_YES, "Evaluation: yes. Procedures: yes, not yet confirmed."),
        (PROVISIONAL_YES, CONFIRMED_YES, "Evaluation: yes, not yet confirmed. Procedures: yes."),
        (UNKNOWN_CLAIM, CONFIRMED_YES, "Evaluation: not known – call to ask. Procedures: yes."),
    ],
)
def test_each_part_is_as_sure_as_its_own_evidence(evaluation: Claim, procedure: Claim, said: str) -> None:
    # What each site does in the other's part has no say.
    first = site("Near", 2, evaluation, CONFIRMED_NO)
    second = site("Far", 9, CONFIRMED_NO, procedure)
    assert only(pairs(first, second)).lines[-1] == said


def test_pairs_stand_in_the_order_of_their_travel() -> None:
    middle = site("Mid", 5, CONFIRMED_NO, CONFIRMED_YES)
    (group,) = pairs(THEATRE, middle, CLINIC)
    assert (group.heading, group.explanation) == ("Least travel first", "")
    assert choices(group) == ["fake-Near fake-Mid", "fake-Near fake-Far"]


def test_a_pair_of_which_a_part_is_not_known_stands_apart_and_is_no_no() -> None:
    unknown = site("Unknown", 1, CONFIRMED_NO, UNKNOWN_CLAIM)
    known, apart = pairs(CLINIC, THEATRE, unknown)
    assert choices(known) == ["fake-Near fake-Far"]
    assert choices(apart) == ["fake-Near fake-Unknown"]
    assert apart.heading == APART
    assert "does not mean no" in apart.explanation
    assert PHONE in apart.explanation
    assert apart.options[0].lines[-1] == "Evaluation: yes. Procedures: not known – call to ask."


def test_a_heading_without_options_is_left_out() -> None:
    assert [group.heading for group in pairs(CLINIC, site("Unknown", 1, CONFIRMED_NO))] == [APART]
    assert pairs(CLINIC, site("No", 1, procedure=CONFIRMED_NO)) == ()
    assert pairs() == ()


def test_pairs_about_as_far_say_so_and_the_first_never_does() -> None:
    twin = site("Twin", -9, CONFIRMED_NO, CONFIRMED_YES)
    (group,) = pairs(CLINIC, THEATRE, twin, radius_m=500.0)
    said = ["About the same travel as the one above" in option.lines for option in group.options]
    assert said == [False, True]


def test_pairs_clearly_apart_do_not_say_they_are_alike() -> None:
    (group,) = pairs(CLINIC, THEATRE, site("Mid", 5, CONFIRMED_NO, CONFIRMED_YES))
    assert len(group.options) == 2
    assert not any("About the same" in line for option in group.options for line in option.lines)


def test_no_more_pairs_are_offered_than_asked_for() -> None:
    theatres = [site(f"T{number}", number, CONFIRMED_NO, CONFIRMED_YES) for number in range(1, 6)]
    (group,) = pairs(CLINIC, *theatres, limit=2)
    assert choices(group) == ["fake-Near fake-T1", "fake-Near fake-T2"]


@given(st.lists(st.tuples(claims, claims), max_size=5))
def test_no_claim_is_said_surer_than_it_is_and_no_known_no_is_offered(
    roles: list[tuple[Claim, Claim]],
) -> None:
    sites = [site(f"S{number}", number, *both) for number, both in enumerate(roles)]
    for group in pairs(*sites):
        for option in group.options:
            asked = (option.parts[0][1].evaluation, option.parts[-1][1].procedure)
            assert Answer.NO not in {claim.answer for claim in asked}
            assert (UNKNOWN_CLAIM in asked) == (group.heading == APART)
            certainty = option.lines[-1]
            assert certainty.count("not yet confirmed") == asked.count(PROVISIONAL_YES)
            assert certainty.count("not known") == asked.count(UNKNOWN_CLAIM)


def test_for_the_evaluation_alone_single_clinics_are_offered() -> None:
    (group,) = clinics(site("Far", 9), site("Near", 2, procedure=CONFIRMED_NO))
    assert (group.heading, group.explanation) == ("Nearest evaluation clinics", "")
    near, far = group.options
    assert (near.choice, far.choice) == ("fake-Near", "fake-Far")
    assert near.parts == (("Evaluation", site("Near", 2, procedure=CONFIRMED_NO)),)
    assert near.lines == ("2.0 miles one way", "Evaluation: yes.")


def test_a_clinic_says_its_range_and_how_sure_its_part_is() -> None:
    option = only(clinics(site("Near", 2, PROVISIONAL_YES), radius_m=1609.344))
    assert option.lines[0].startswith("2.0 miles one way, between ")
    assert option.lines[-1] == "Evaluation: yes, not yet confirmed."


def test_a_clinic_of_unknown_part_stands_apart_and_is_no_no() -> None:
    known, apart = clinics(site("Known", 9), site("Unknown", 2, UNKNOWN_CLAIM), site("No", 1, CONFIRMED_NO))
    assert choices(known) == ["fake-Known"]
    assert (apart.heading, choices(apart)) == (APART, ["fake-Unknown"])
    assert "does not mean no" in apart.explanation
    assert PHONE in apart.explanation
    assert apart.options[0].lines[-1] == "Evaluation: not known – call to ask."


def test_a_clinic_of_which_another_fact_is_not_known_stands_apart_too() -> None:
    groups = clinics(site("Near", 2), accepting=True)
    assert [group.heading for group in groups] == [APART]
    assert only(groups).lines[-1] == "Evaluation: yes."


def test_clinics_about_as_far_say_so() -> None:
    (group,) = clinics(site("East", 5), site("West", -5), site("Far", 30), radius_m=500.0)
    said = ["About the same distance as the one above" in option.lines for option in group.options]
    assert said == [False, True, False]


def test_no_clinic_is_no_group() -> None:
    assert clinics() == ()
    assert clinics(site("No", 1, CONFIRMED_NO)) == ()
