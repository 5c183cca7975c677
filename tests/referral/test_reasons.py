"""Why the nearest clinic has no part and what a call may change, in sentences no surer than what is known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.clinics.filters import Filters, Need, meets
from locator.clinics.search import SiteIndex
from locator.referral.pairing import Pairing, rank_pairs
from locator.referral.reasons import announcement, procedure_warning, reasons, requirements
from locator.sites import METRES_PER_MILE, UNKNOWN_CLAIM, Answer, Claim, Site, Status, Wheelchair
from tests.support.journey_samples import make_journey, miles_east
from tests.support.samples import CONFIRMED_NO, CONFIRMED_YES, PROVISIONAL_YES, make_origin, make_site

PHONE = "612-555-0123"
PROVISIONAL_NO = Claim(Answer.NO, Status.PROVISIONAL, "Test rumour", CONFIRMED_NO.as_of)
NOT_CONFIRMED = "No procedure site is confirmed by the practice yet."
claims = st.sampled_from([CONFIRMED_YES, PROVISIONAL_YES, CONFIRMED_NO, PROVISIONAL_NO, UNKNOWN_CLAIM])


def site(
    city: str,
    miles: float,
    procedure: Claim = CONFIRMED_YES,
    evaluation: Claim = CONFIRMED_YES,
    **facts: object,
) -> Site:
    return make_site(
        f"fake-{city.lower()}",
        miles_east(miles),
        city=city,
        procedure=procedure,
        evaluation=evaluation,
        **facts,
    )


def paired(sites: list[Site], filters: Filters, visits: tuple[int, int] = (6, 3)) -> Pairing:
    return rank_pairs(sites, make_origin(), make_journey(*visits), filters, limit=9)


def said(*sites: Site, filters: Filters | None = None, visits: tuple[int, int] = (6, 3)) -> tuple[str, ...]:
    asked = filters or Filters()
    pairing = paired(list(sites), asked, visits)
    warning = procedure_warning(SiteIndex(sites), pairing.pairs, phone=PHONE)
    found = reasons(pairing, make_origin(), asked, phone=PHONE)
    return (warning, *found) if warning else found


def announced(*sites: Site, filters: Filters | None = None) -> str:
    asked = filters or Filters()
    return announcement(paired(list(sites), asked), make_origin(), asked)


def test_the_best_pair_at_the_nearest_clinic_needs_no_reason() -> None:
    assert said(site("Near", 1), site("Far", 9)) == ()


def test_a_nearest_clinic_of_unknown_procedures_is_named_with_what_comes_of_it() -> None:
    first, *rest = said(site("Near", 3.2, UNKNOWN_CLAIM), site("Far", 9))
    assert first == (
        "The nearest clinic is Fake Clinic – Near (3.2 miles). It is not known whether procedures are done"
        " there, so the best pair has its procedures at Fake Clinic – Far (9.0 miles)."
    )
    assert rest


@pytest.mark.parametrize(
    ("procedure", "why"),
    [
        (CONFIRMED_NO, "Procedures are not done there, so"),
        (PROVISIONAL_NO, "A source, not yet confirmed, says that procedures are not done there, so"),
    ],
)
def test_a_no_is_told_as_surely_as_it_is_known(procedure: Claim, why: str) -> None:
    assert why in said(site("Near", 3, procedure), site("Far", 9))[0]


def test_a_nearest_clinic_that_does_not_evaluate_is_told_too() -> None:
    first = said(site("Near", 3, evaluation=CONFIRMED_NO), site("Far", 9))[0]
    assert (
        "Patients are not evaluated there, so the best pair has its evaluation at Fake Clinic – Far" in first
    )
    assert "procedures at" not in first


def test_a_nearest_clinic_with_no_part_at_all_gives_one_reason_for_each_part() -> None:
    first = said(site("Near", 3, UNKNOWN_CLAIM, CONFIRMED_NO), site("Far", 9))[0]
    assert "Patients are not evaluated there, so the best pair has its evaluation at" in first
    assert (
        "It is not known whether procedures are done there, so the best pair has its procedures at" in first
    )


def test_what_holds_for_both_parts_is_said_once() -> None:
    closed = site("Near", 3, hours="Fr 08:00-16:30")
    thursday = Filters(open_weekday=3)
    first = said(closed, site("Far", 9, hours="Th 08:00-16:30"), filters=thursday)[0]
    assert first == (
        "The nearest clinic is Fake Clinic – Near (3.0 miles). No hours on Thursday are listed there,"
        " so the best pair has all its visits at Fake Clinic – Far (9.0 miles)."
    )
    apart = said(
        closed,
        site("Clinic", 5, CONFIRMED_NO, hours="Th 08:00-16:30"),
        site("Theatre", 9, hours="Th 08:00-16:30", evaluation=CONFIRMED_NO),
        filters=thursday,
    )[0]
    assert (
        "its evaluation at Fake Clinic – Clinic (5.0 miles) and its procedures at Fake Clinic – Theatre"
        in apart
    )


def test_another_clinic_just_as_near_passes_nobody_over() -> None:
    assert not any("nearest clinic" in text for text in said(site("A", 3, UNKNOWN_CLAIM), site("B", 3)))


def test_what_a_call_may_save_is_told_with_the_number_to_call() -> None:
    sentences = said(
        site("Near", 2, UNKNOWN_CLAIM, phone="612-555-0177"), site("Far", 10, phone="612-555-0188")
    )
    (call,) = [text for text in sentences if "Less travel" in text]
    assert call == (
        "Less travel may be possible with all visits at Fake Clinic – Near: about 36 miles in all, 48 less"
        " than the best pair. At Fake Clinic – Near it is not known whether procedures are done."
        " Call 612-555-0177 to ask."
    )


def test_two_sites_to_ask_are_told_apart() -> None:
    sentences = said(
        site("Clinic", 2, CONFIRMED_NO, UNKNOWN_CLAIM, phone="612-555-0177"),
        site("Theatre", 3, UNKNOWN_CLAIM, CONFIRMED_NO, phone="612-555-0166"),
        site("Far", 10),
    )
    (call,) = [text for text in sentences if "Less travel" in text]
    assert "evaluation at Fake Clinic – Clinic and procedures at Fake Clinic – Theatre" in call
    assert "At Fake Clinic – Clinic it is not known whether patients are evaluated. Call 612-555-0177" in call
    assert "At Fake Clinic – Theatre it is not known whether procedures are done. Call 612-555-0166" in call


def test_a_call_that_saves_no_mile_is_not_asked_for() -> None:
    assert not any("Call" in text for text in said(site("Near", 2), site("Far", 10, UNKNOWN_CLAIM)))
    # Known to the yard, it is the same number of miles.
    assert not any("Call" in text for text in said(site("A", 2, UNKNOWN_CLAIM), site("B", 2.001)))


def test_where_no_pair_is_known_to_fit_the_best_that_may_is_told() -> None:
    sentences = said(
        site("Near", 2, phone="612-555-0177"),
        site("Far", 9),
        filters=Filters(accepting=True, wheelchair=True),
    )
    (only,) = sentences
    assert only == (
        "No pair is known to fit. The best that may is all visits at Fake Clinic – Near: about 36 miles in"
        " all. At Fake Clinic – Near it is not known whether the entrance is wheelchair accessible and new"
        " patients are accepted. Call 612-555-0177 to ask."
    )


def test_keeping_all_visits_at_one_site_is_told_with_what_it_costs() -> None:
    last = said(site("Near", 2, CONFIRMED_NO), site("Far", 10))[-1]
    assert last == (
        "All visits at one site, Fake Clinic – Far, would take about 180 miles in all,"
        " 96 more than the best pair."
    )


def test_one_site_that_costs_no_mile_more_is_told_as_such() -> None:
    last = said(site("Near", 2, CONFIRMED_NO), site("Far", 2.001))[-1]
    assert "about as many as the best pair" in last


def test_where_no_one_site_does_both_none_is_promised() -> None:
    sentences = said(site("Near", 2, CONFIRMED_NO), site("Far", 10, evaluation=UNKNOWN_CLAIM))
    assert not any("All visits at one site" in text for text in sentences)


def test_before_all_else_comes_that_no_procedure_site_is_confirmed() -> None:
    first = said(site("Near", 1, UNKNOWN_CLAIM), site("Far", 9, PROVISIONAL_YES))[0]
    assert first == f"{NOT_CONFIRMED} Call {PHONE} before the patient travels."


def test_without_even_a_provisional_procedure_site_there_is_a_number_to_call() -> None:
    for sites in ([site("Near", 1, UNKNOWN_CLAIM)], [site("Near", 1, CONFIRMED_NO)], []):
        first = said(*sites)[0]
        assert first.startswith("No clinic listed here is known to be a procedure site.")
        assert PHONE in first


def test_a_confirmed_procedure_site_that_is_in_no_pair_does_not_vouch_for_others() -> None:
    sites = [
        site("Near", 1, PROVISIONAL_YES, accepting_new_patients=Answer.YES),
        site("Full", 2, CONFIRMED_YES, accepting_new_patients=Answer.NO),
    ]
    first = said(*sites, filters=Filters(accepting=True))[0]
    assert first.startswith("No procedure site in these pairs is confirmed")
    assert PHONE in first


def test_one_confirmed_procedure_site_among_the_pairs_is_enough() -> None:
    sentences = said(site("Near", 1, PROVISIONAL_YES), site("Far", 9, CONFIRMED_YES))
    assert not any("is confirmed" in text for text in sentences)


def test_a_confirmed_procedure_site_without_a_pin_is_still_one() -> None:
    nowhere = make_site("fake-nowhere", None, procedure=CONFIRMED_YES)
    assert not any(text.startswith(NOT_CONFIRMED) for text in said(site("Near", 1, PROVISIONAL_YES), nowhere))


def test_a_confirmed_no_confirms_no_procedure_site() -> None:
    first = said(site("Near", 1, CONFIRMED_NO), site("Far", 2, PROVISIONAL_YES))[0]
    assert first.startswith(NOT_CONFIRMED)


@given(st.lists(st.tuples(st.integers(0, 40), claims, claims), max_size=6))
def test_nothing_provisional_or_unknown_is_said_to_be_confirmed(
    facts: list[tuple[int, Claim, Claim]],
) -> None:
    sites = [site(f"City{number}", *fact) for number, fact in enumerate(facts)]
    for sentence in (announced(*sites), *said(*sites)):
        without = sentence.replace("not yet confirmed", "").replace("No procedure site is confirmed", "")
        without = without.replace("No procedure site in these pairs is confirmed", "")
        assert "confirmed" not in without


@given(
    claims,
    claims,
    st.sampled_from([None, "Th 08:00-16:30", "Fr 08:00-16:30"]),
    st.tuples(st.sampled_from(list(Answer)), st.sampled_from(list(Answer))),
    st.builds(
        Filters,
        need=st.sampled_from(list(Need)),
        open_weekday=st.sampled_from([None, 3]),
        wheelchair=st.booleans(),
        accepting=st.booleans(),
    ),
)
def test_the_facts_that_are_told_are_the_ones_that_decide(
    evaluation: Claim, procedure: Claim, hours: str | None, answers: tuple[Answer, Answer], filters: Filters
) -> None:
    one = make_site(
        evaluation=evaluation,
        procedure=procedure,
        hours=hours,
        wheelchair=Wheelchair(answers[0], Answer.UNKNOWN, Answer.UNKNOWN),
        accepting_new_patients=answers[1],
    )
    told = {fact.answer for fact in requirements(one, filters)}
    expected = next((answer for answer in (Answer.NO, Answer.UNKNOWN) if answer in told), Answer.YES)
    assert meets(one, filters) is expected


def test_the_announcement_says_what_follows_without_counting_what_a_limit_cut_off() -> None:
    assert (
        announced(site("Near", 1)) == "Pairs of sites from ZIP 55999 (Testville, MN), the least travel first."
    )
    unsure = announced(site("Near", 2, UNKNOWN_CLAIM))
    assert unsure == "No pair of sites from ZIP 55999 (Testville, MN) is known to fit; these may."


def test_without_pairs_the_announcement_says_why_and_what_to_do() -> None:
    assert announced() == "No pair of sites from ZIP 55999 (Testville, MN) fits all that is asked for."
    assert announced(site("Far", 9), filters=Filters(within_m=5 * METRES_PER_MILE)) == (
        "No pair of sites that fits is within 5 miles of ZIP 55999 (Testville, MN). Choose a longer distance."
    )


def test_from_far_away_it_is_said_so_and_what_to_do() -> None:
    assert announced(site("Far", 100)) == "ZIP 55999 (Testville, MN): outside the Twin Cities area."
    advice = said(site("Far", 100))[0]
    assert "about 100 miles" in advice
    assert PHONE in advice
