"""Facts age: what counts as old, whom to call first, and what a call changes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.clinics import ClinicTable
from locator.clinics.freshness import checked_on, is_stale, months_passed, role_checked_on
from locator.clinics.reading import parse_directory
from locator.sites import UNKNOWN_CLAIM, Answer, Claim, ClinicRole, Site, Status
from locator.staff.editing.ageing import confirm_role, queue, role_ages, stamp
from tests.support.clinic_files import BARE, OTHER, as_csv
from tests.support.samples import make_site

TODAY = date(2026, 11, 22)
TABLE = ClinicTable.parse(as_csv(BARE, OTHER))


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def provisional(days: int) -> Claim:
    return Claim(Answer.YES, Status.PROVISIONAL, "Test rumour", ago(days))


def confirmed(days: int) -> Claim:
    return Claim(Answer.YES, Status.CONFIRMED, "Test source", ago(days))


def aged(site_id: str, days: int, **facts: Any) -> Site:  # noqa: ANN401
    """A site whose row is that many days old and whose roles are not known."""
    plain: dict[str, Any] = {"as_of": ago(days), "evaluation": UNKNOWN_CLAIM}
    return make_site(site_id, **(plain | facts))


@pytest.mark.parametrize(("days", "stale"), [(0, False), (90, False), (91, True), (1000, True)])
def test_a_listing_is_old_once_more_days_than_allowed_have_passed(days: int, stale: bool) -> None:
    assert is_stale(aged("fake-a", days), TODAY) is stale
    assert is_stale(aged("fake-a", 1000, verified_on=ago(days)), TODAY) is stale


def test_the_days_allowed_are_the_operators() -> None:
    site = aged("fake-a", 30)
    assert is_stale(site, TODAY, 29)
    assert not is_stale(site, TODAY, 30)


def test_a_check_by_the_practice_counts_for_more_than_the_source_of_the_listing() -> None:
    assert checked_on(aged("fake-a", 10, verified_on=ago(50))) == ago(50)
    assert checked_on(aged("fake-a", 10)) == ago(10)


@pytest.mark.parametrize(
    ("claim", "verified", "day"),
    [
        (provisional(200), ago(5), ago(200)),
        (provisional(200), None, ago(200)),
        (confirmed(200), ago(5), ago(5)),
        (confirmed(5), ago(200), ago(5)),
        (confirmed(200), None, ago(200)),
        (UNKNOWN_CLAIM, ago(5), None),
    ],
)
def test_a_role_is_as_fresh_as_what_speaks_for_it(
    claim: Claim, verified: date | None, day: date | None
) -> None:
    site = aged("fake-a", 300, verified_on=verified, procedure=claim)
    assert role_checked_on(site, claim) == day
    evaluation, procedure = role_ages(site, TODAY)
    assert (evaluation.role, evaluation.age_days) == (ClinicRole.EVALUATION, None)
    assert procedure.age_days == (None if day is None else (TODAY - day).days)


def ids(*sites: Site, views: dict[str, int] | None = None) -> list[str]:
    return [due.site.site_id for due in queue(sites, TODAY, 90, views)]


def test_only_what_is_old_is_to_be_called() -> None:
    assert ids(aged("fake-a", 90), aged("fake-b", 91)) == ["fake-b"]


def test_an_old_role_of_a_fresh_row_is_to_be_called_and_named() -> None:
    site = aged("fake-a", 200, verified_on=ago(1), evaluation=confirmed(200), procedure=provisional(100))
    (due,) = queue([site], TODAY)
    assert (due.row_age_days, due.row_is_old, due.oldest_days) == (1, False, 100)
    assert [(age.role, age.age_days) for age in due.old_roles] == [(ClinicRole.PROCEDURE, 100)]


def test_an_unknown_role_alone_brings_nobody_into_the_queue() -> None:
    assert ids(aged("fake-a", 1, procedure=UNKNOWN_CLAIM)) == []


def test_a_retired_clinic_is_not_called() -> None:
    assert ids(aged("fake-a", 500, active=False)) == []


def test_the_oldest_month_goes_first_then_the_most_viewed_then_the_id() -> None:
    sites = [aged("fake-d", 121), aged("fake-c", 121), aged("fake-b", 149), aged("fake-a", 150)]
    assert ids(*sites) == ["fake-a", "fake-b", "fake-c", "fake-d"]
    assert ids(*sites, views={"fake-d": 7, "fake-b": 3}) == ["fake-a", "fake-d", "fake-b", "fake-c"]
    assert queue(sites, TODAY, 90, {"fake-d": 7})[1].views == 7


def test_the_age_of_a_role_counts_in_the_order() -> None:
    role_older = aged("fake-b", 100, procedure=provisional(400))
    assert ids(aged("fake-a", 200), role_older) == ["fake-b", "fake-a"]


@given(
    st.permutations(
        [aged(f"fake-{letter}", days) for letter, days in zip("abcd", (91, 95, 300, 20), strict=True)]
    )
)
def test_the_order_of_the_directory_does_not_matter(sites: list[Site]) -> None:
    assert ids(*sites) == ["fake-c", "fake-a", "fake-b"]


@given(st.dates(date(2000, 1, 1), TODAY), st.integers(0, 3000))
def test_months_passed_never_says_more_than_is_over(since: date, days: int) -> None:
    today = since + timedelta(days=days)
    months = months_passed(since, today)
    year, month = divmod(since.year * 12 + since.month - 1 + months, 12)
    if months:
        assert (year, month + 1, since.day) < (today.year, today.month, today.day)
    year, month = divmod(since.year * 12 + since.month + months, 12)
    assert (year, month + 1, since.day) >= (today.year, today.month, today.day)


def test_a_call_that_found_all_right_stamps_the_row_and_nothing_else() -> None:
    stamped = stamp(TABLE, "sample-two", TODAY, " front desk ")
    one, two = stamped.rows
    assert one == TABLE.rows[0]
    assert two == {**TABLE.rows[1], "verified_on": "2026-11-22", "verified_by": "front desk"}
    assert stamped.columns == TABLE.columns
    assert parse_directory(stamped.to_bytes(), today=TODAY).valid


@pytest.mark.parametrize("role", ClinicRole)
@pytest.mark.parametrize("answer", [Answer.YES, Answer.NO])
def test_a_confirmed_role_has_its_source_its_day_and_a_valid_row(role: ClinicRole, answer: Answer) -> None:
    table = confirm_role(
        TABLE, "sample-one", role, answer, source=" Call with the desk ", today=TODAY, by="front desk"
    )
    reading = parse_directory(table.to_bytes(), today=TODAY)
    assert reading.problems == ()
    site, other = reading.sites
    claims = {ClinicRole.EVALUATION: site.evaluation, ClinicRole.PROCEDURE: site.procedure}
    assert claims.pop(role) == Claim(answer, Status.CONFIRMED, "Call with the desk", TODAY)
    assert list(claims.values()) == [UNKNOWN_CLAIM]
    assert (site.verified_on, site.verified_by) == (TODAY, "front desk")
    assert other.verified_on is None


def test_confirming_a_role_leaves_the_day_on_which_the_rest_was_checked() -> None:
    before = stamp(TABLE, "sample-one", ago(100), "nurse")
    after = confirm_role(
        before, "sample-one", ClinicRole.PROCEDURE, Answer.NO, source="Call", today=TODAY, by="front desk"
    )
    assert (after.rows[0]["verified_on"], after.rows[0]["verified_by"]) == (str(ago(100)), "nurse")


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"source": " "}, "where"),
        ({"answer": Answer.UNKNOWN}, "yes or no"),
        ({"by": ""}, "who"),
        ({"site_id": "none"}, "none"),
        ({"table": ClinicTable(("site_id",), ({"site_id": "sample-one"},))}, "column"),
        ({"table": ClinicTable.parse(as_csv(BARE, BARE))}, "sample-one"),
    ],
)
def test_what_cannot_be_confirmed_is_refused(facts: dict[str, object], says: str) -> None:
    told: dict[str, object] = {
        "table": TABLE,
        "site_id": "sample-one",
        "role": ClinicRole.PROCEDURE,
        "answer": Answer.YES,
        "source": "Call",
        "today": TODAY,
        "by": "front desk",
    }
    with pytest.raises(ValueError, match=says):
        confirm_role(**(told | facts))  # type: ignore[arg-type]


def test_a_stamp_without_a_name_or_a_clinic_is_refused() -> None:
    with pytest.raises(ValueError, match="who"):
        stamp(TABLE, "sample-one", TODAY, " ")
    with pytest.raises(ValueError, match="none"):
        stamp(TABLE, "none", TODAY, "front desk")
