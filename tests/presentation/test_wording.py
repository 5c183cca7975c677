"""What people read says no more than is known."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.clinics.filters import Need
from locator.clinics.search import Match
from locator.presentation import wording
from locator.sites import (
    METRES_PER_MILE,
    UNKNOWN_CLAIM,
    Answer,
    Claim,
    Origin,
    Pin,
    PinPrecision,
    Precision,
    Status,
    Wheelchair,
)
from tests.support.samples import (
    CONFIRMED_NO,
    CONFIRMED_YES,
    MINNEAPOLIS,
    PROVISIONAL_YES,
    make_origin,
    make_site,
)

PROVISIONAL_NO = Claim(Answer.NO, Status.PROVISIONAL, "Test rumour", date(2026, 1, 2))


def words(text: str) -> list[str]:
    return re.findall(r"[a-z]+", text.lower())


@pytest.mark.parametrize(
    ("claim", "first_word"), [(PROVISIONAL_YES, "yes"), (PROVISIONAL_NO, "no")], ids=["yes", "no"]
)
def test_a_provisional_role_is_said_to_be_unconfirmed(claim: Claim, first_word: str) -> None:
    said = words(wording.role(claim))
    assert said[0] == first_word
    assert "not" in said
    assert "confirmed" in said


def test_a_confirmed_role_carries_no_doubt() -> None:
    assert words(wording.role(CONFIRMED_YES)) == ["yes"]
    assert words(wording.role(CONFIRMED_NO)) == ["no"]


def test_an_unknown_role_is_neither_yes_nor_no_and_says_to_call() -> None:
    said = words(wording.role(UNKNOWN_CLAIM))
    assert "known" in said
    assert "call" in said
    assert not {"yes", "no", "confirmed"} & set(said)


def test_an_unknown_answer_is_never_worded_as_no() -> None:
    assert words(wording.plain_answer(Answer.UNKNOWN)) == ["not", "known"]
    assert wording.plain_answer(Answer.NO) == "no"
    assert wording.plain_answer(Answer.YES) == "yes"


@pytest.mark.parametrize(
    ("procedure", "starred"), [(PROVISIONAL_YES, True), (UNKNOWN_CLAIM, False), (CONFIRMED_NO, False)]
)
def test_only_a_procedure_site_carries_the_asterisk(procedure: Claim, starred: bool) -> None:
    said = wording.roles(make_site(evaluation=CONFIRMED_YES, procedure=procedure))
    assert ("*" in said) is starred
    assert wording.role(procedure) in said
    assert wording.role(CONFIRMED_YES) in said


@pytest.mark.parametrize(
    ("evaluation", "procedure", "verified_on", "unconfirmed"),
    [
        (CONFIRMED_YES, CONFIRMED_NO, date(2026, 1, 2), False),
        (CONFIRMED_YES, CONFIRMED_YES, None, True),
        (PROVISIONAL_YES, CONFIRMED_YES, date(2026, 1, 2), True),
        (CONFIRMED_YES, PROVISIONAL_NO, date(2026, 1, 2), True),
        (CONFIRMED_YES, UNKNOWN_CLAIM, date(2026, 1, 2), True),
    ],
)
def test_a_listing_is_confirmed_only_when_all_of_it_is(
    evaluation: Claim, procedure: Claim, verified_on: date | None, unconfirmed: bool
) -> None:
    site = make_site(evaluation=evaluation, procedure=procedure, verified_on=verified_on)
    assert wording.is_unconfirmed(site) is unconfirmed


def test_the_phone_to_confirm_by_is_the_sites_own() -> None:
    said = wording.confirm_by_phone(make_site(phone="612-555-0177"))
    assert "612-555-0177" in said
    assert "confirmed" in said
    assert "call" in words(said)


def test_a_checked_listing_says_when_and_an_unchecked_one_says_that_it_is_not() -> None:
    checked = wording.freshness(make_site(verified_on=date(2026, 3, 4), verified_by="test desk"))
    unchecked = wording.freshness(make_site(as_of=date(2025, 12, 8)))
    assert "March 4, 2026" in checked
    assert "not" not in words(checked)
    assert "December 8, 2025" in unchecked
    assert "not checked" in unchecked


def test_evidence_is_given_for_known_roles_and_only_for_them() -> None:
    site = make_site(evaluation=PROVISIONAL_YES, procedure=UNKNOWN_CLAIM)
    (said,) = wording.role_evidence(site)
    assert "Evaluation" in said
    assert "Test rumour" in said
    assert "January 2, 2026" in said
    assert len(wording.role_evidence(make_site(evaluation=CONFIRMED_YES, procedure=CONFIRMED_NO))) == 2


@pytest.mark.parametrize("precision", list(PinPrecision))
def test_a_pin_says_where_it_is_from_and_how_exact_it_is(precision: PinPrecision) -> None:
    said = wording.provenance(replace(make_site(), pin=Pin(MINNEAPOLIS, "a made-up pin", precision)))
    assert "a made-up pin" in said
    assert ("not stated" in said) is (precision is PinPrecision.UNKNOWN)
    if precision is not PinPrecision.UNKNOWN:
        assert str(precision) in said.lower()


def test_a_site_without_a_pin_says_so() -> None:
    said = wording.provenance(make_site(at=None))
    assert "no map pin" in said
    assert "a made-up listing" in said


@given(st.tuples(*[st.sampled_from(Answer)] * 3))
def test_each_wheelchair_feature_is_said_once_under_its_own_answer(
    answers: tuple[Answer, Answer, Answer],
) -> None:
    said = wording.wheelchair(make_site(wheelchair=Wheelchair(*answers)))
    leads = {"Not known": Answer.UNKNOWN, "No wheelchair": Answer.NO, "Wheelchair": Answer.YES}
    by_feature = {}
    for part in said.split("; "):
        answer = next(answer for lead, answer in leads.items() if part.startswith(lead))
        for feature in ("entrance", "parking", "restroom"):
            if feature in part:
                assert feature not in by_feature
                by_feature[feature] = answer
    assert by_feature == dict(zip(("entrance", "parking", "restroom"), answers, strict=True))


@given(st.floats(0, 1e6))
def test_miles_have_one_decimal(metres: float) -> None:
    assert re.fullmatch(r"\d+\.\d", str(wording.miles(metres)))
    assert wording.miles(metres) == pytest.approx(metres / METRES_PER_MILE, abs=0.0501)


def test_a_range_names_both_ends_in_miles() -> None:
    match = Match(make_site(), 10_000, 4.1 * METRES_PER_MILE, 8.7 * METRES_PER_MILE, False)  # noqa: FBT003
    said = wording.distance_range(match)
    assert re.findall(r"\d+\.\d", said) == ["4.1", "8.7"]
    assert "miles" in said


def test_distances_are_called_straight_line_with_how_far_off_they_may_be() -> None:
    vague = wording.how_exact(make_origin(uncertainty_m=1.4 * METRES_PER_MILE))
    exact = wording.how_exact(make_origin(uncertainty_m=0))
    assert "straight line" in vague
    assert "1.4 miles" in vague
    assert "straight line" in exact
    assert not re.search(r"\d", exact)


@pytest.mark.parametrize(("count", "said"), [(0, "0 clinics"), (1, "1 clinic"), (2, "2 clinics")])
def test_one_is_singular_and_everything_else_is_plural(count: int, said: str) -> None:
    assert wording.plural(count, "clinic", "clinics") == said


@pytest.mark.parametrize(
    ("words_in", "said"), [(["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_words_are_joined_as_in_a_sentence(words_in: list[str], said: str) -> None:
    assert wording.listed(words_in) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [("2025-02", "February 2025"), ("2025-02-09", "February 9, 2025"), ("2025-12-31", "December 31, 2025")],
)
def test_iso_months_and_days_are_said_in_words(text: str, said: str) -> None:
    assert wording.month_or_date(text) == said


def test_weekdays_count_from_monday() -> None:
    assert [wording.weekday_name(day) for day in (0, 6)] == ["Monday", "Sunday"]


def test_each_need_has_its_own_name() -> None:
    names = {need: wording.need_name(need) for need in Need}
    assert len(set(names.values())) == len(Need)
    assert {need for need in Need if "evaluation" in names[need]} == {Need.EVALUATION, Need.BOTH}
    assert {need for need in Need if "procedures" in names[need]} == {Need.PROCEDURE, Need.BOTH}


@pytest.mark.parametrize(
    ("facts", "after_days", "said"),
    [
        (
            {"as_of": date(2025, 12, 8)},
            90,
            "Not checked for over 11 months: third-party listing of December 8, 2025",
        ),
        (
            {"verified_on": date(2026, 3, 4), "verified_by": "test desk"},
            90,
            "Not checked for over 8 months: last by the practice on March 4, 2026",
        ),
        (
            {"as_of": date(2026, 10, 12)},
            40,
            "Not checked for over 1 month: third-party listing of October 12, 2026",
        ),
        (
            {"as_of": date(2026, 11, 1)},
            1,
            "Not checked for over 1 day: third-party listing of November 1, 2026",
        ),
    ],
)
def test_an_old_listing_says_for_how_long_and_since_when(
    facts: dict[str, Any], after_days: int, said: str
) -> None:
    assert wording.listing_age(make_site(**facts), date(2026, 11, 22), after_days) == said


def test_a_fresh_listing_says_what_it_always_says() -> None:
    site = make_site(as_of=date(2026, 11, 1))
    assert wording.listing_age(site, date(2026, 11, 22)) == wording.freshness(site)


def test_a_place_known_to_the_house_is_never_said_to_be_off_by_nothing() -> None:
    origin = Origin("your address", MINNEAPOLIS, Precision.ADDRESS, 50.0, "a made-up service")
    assert wording.how_exact(origin).endswith("That point may be off by up to 0.1 miles.")
