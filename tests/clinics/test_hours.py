"""Listed hours in words: the week, the moment, holidays and clocks."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opening_hours import OpeningHours

from locator.clinics import hours
from locator.clinics.typed_hours import proposed, written
from locator.sites import Answer

CHICAGO = ZoneInfo("America/Chicago")
WEEKDAYS = "Mo-Fr 08:00-17:00"
THURSDAYS_ONLY = "Th 08:00-16:30"
OVERNIGHT = "Mo-Su 22:00-06:00"


def state(expression: str | None, now: str) -> hours.OpenState:
    """The state at a wall-clock moment in Chicago, such as 2026-11-23 09:00."""
    moment = datetime.fromisoformat(now).replace(tzinfo=CHICAGO)
    return hours.open_state(expression, moment, "America/Chicago")


@pytest.mark.parametrize(
    "expression",
    [
        "Mo-Fr 08:00-17:00",
        "Mo-Th 07:00-19:00; Fr 08:00-16:30",
        "Mo,We-Th 08:00-12:00,13:00-17:00",
        "Th 08:00-16:30; PH off",
        "08:00-24:00",
        "Fr 22:00-06:00",
        "Fr 22:00-30:00",
        "24/7",
        "24/7; Su off",
        "off",
        "closed",
    ],
)
def test_hours_that_repeat_every_week_are_accepted(expression: str) -> None:
    assert hours.validate(expression) is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Monday to Friday, 8 to 5", "Mo-Fr 08:00-17:00"),
        ("mo-fr 08:00-17:00", "Mo-Fr 08:00-17:00"),
        ("Mo-Fr 08:00-17:00;", "Mo-Fr 08:00-17:00"),
        ("Mo-Fr 08:00-17:00\n", "Mo-Fr 08:00-17:00"),
        ("Mo–Fr 08:00–17:00", "Mo-Fr 08:00-17:00"),
        ("Mo 08:00-12:00, 13:00-17:00", "Mo 08:00-12:00,13:00-17:00"),
        ("Mon-Fri 8am-5pm", "Mo-Fr 08:00-17:00"),
        ("Monday - Thursday 7 am to 7 pm, Fri 8-4:30", "Mo-Th 07:00-19:00; Fr 08:00-16:30"),
        ("Mon-Fri: 8:00 a.m. – 4:30 p.m.\nSat: closed", "Mo-Fr 08:00-16:30; Sa off"),
        ("M-F 9-12 and 1-4", "Mo-Fr 09:00-12:00,13:00-16:00"),
        ("Mon, Wed & Fri 10-12pm", "Mo,We,Fr 10:00-12:00"),
        ("Tuesdays 1-5pm", "Tu 13:00-17:00"),
        ("Weekdays 7a-7p", "Mo-Fr 07:00-19:00"),
        ("Mon 9-noon", "Mo 09:00-12:00"),
        ("Daily 10pm-6am", "Mo-Su 22:00-06:00"),
        ("Fri-Mon 8-12", "Mo,Fr-Su 08:00-12:00"),
        ("Sun 24 hours", "Su 00:00-24:00"),
        ("lunes a viernes 8:00 a.m. a 5:00 p.m.", "Mo-Fr 08:00-17:00"),
    ],
)
def test_hours_as_people_write_them_are_refused_with_what_they_seem_to_mean(typed: str, meant: str) -> None:
    assert hours.validate(typed) == f"if this means {meant}, write it so"
    assert hours.validate(meant) is None
    with pytest.raises(ValueError, match="if this means"):
        hours.weekly_hours(typed)


def test_an_hour_of_one_digit_is_named_with_the_right_form() -> None:
    reason = hours.validate("Mo-Th 7:00-19:00; Fr 8:00-16:30")
    assert reason == ("an hour has two digits, such as 08:00: write Mo-Th 07:00-19:00; Fr 08:00-16:30")


@pytest.mark.parametrize(
    ("expression", "right"),
    [
        ("Mo-Fr 08:00-12:00; Mo-Fr 13:00-17:00", "Mo-Fr 08:00-12:00,13:00-17:00"),
        ("Mo-Fr 13:00-17:00; Mo-Fr 08:00-12:00", "Mo-Fr 08:00-12:00,13:00-17:00"),
        (
            "Mo-Fr 08:00-12:00; We 13:00-17:00; PH off",
            "Mo-Tu,Th-Fr 08:00-12:00; We 08:00-12:00,13:00-17:00; PH off",
        ),
        ("08:00-12:00; Su 13:00-14:00", "Mo-Sa 08:00-12:00; Su 08:00-12:00,13:00-14:00"),
        ("Fr-Mo 08:00-12:00; Su 22:00-02:00", "Mo,Fr-Sa 08:00-12:00; Su 08:00-12:00,22:00-02:00"),
    ],
)
def test_hours_that_a_later_rule_would_replace_are_refused_with_the_right_form(
    expression: str, right: str
) -> None:
    reason = hours.validate(expression)
    assert reason is not None
    assert reason.endswith(f"same day: write {right}")
    assert hours.validate(right) is None


def test_a_rule_that_is_replaced_on_all_its_days_is_refused_and_an_exception_is_not() -> None:
    assert "no day left" in (hours.validate("Mo-Fr 08:00-17:00; Mo-Fr 09:00-12:00") or "")
    assert hours.validate("Mo-Fr 08:00-17:00; We 09:00-12:00") is None
    assert hours.validate("Mo-Su 08:00-17:00; Su off") is None


def test_an_opening_from_midnight_to_midnight_is_no_day_of_24_hours() -> None:
    reason = hours.validate("Mo-Fr 08:00-17:00; Su 00:00-00:00")
    assert reason is not None
    assert "write Mo-Fr 08:00-17:00; Su 00:00-24:00 for 24 hours, or off" in reason


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "8am-5pm",
        "Mo-Fr 09:00-5:00",
        "Tue & Thu 12-4, by appointment",
        "Mon-Fri",
        "Mo-Fr 08:00+",
        "Mo-Fr sunrise-sunset",
        "Apr-Oct Mo-Fr 08:00-17:00",
        "week 1-20 Mo 08:00-17:00",
        "Mo[1] 08:00-17:00",
        'Mo 08:00-17:00 "by appointment"',
        "PH 10:00-12:00",
        "SH Mo 10:00-12:00",
        "Mo-Fr 08:00-17:00 || unknown",
    ],
)
def test_hours_that_a_weekly_table_cannot_show_are_refused_with_an_example(expression: str) -> None:
    reason = hours.validate(expression)
    assert reason is not None
    assert "such as Mo-Th 07:00-19:00" in reason
    with pytest.raises(ValueError, match="such as Mo-Th"):
        hours.weekly_hours(expression)


def test_days_without_times_are_refused_rather_than_read_as_open_24_hours() -> None:
    assert OpeningHours("Mo-Fr").is_open(datetime(2001, 1, 1, 3))  # noqa: DTZ001
    assert hours.validate("Mo-Fr") is not None


@pytest.mark.parametrize("expression", ["Mo 25:00-26:00", "Mo 08:00-17:60", "Mo-Tu-We 08:00-09:00"])
def test_impossible_times_and_ranges_are_refused(expression: str) -> None:
    reason = hours.validate(expression)
    assert reason is not None
    assert "00:00 to 24:00" in reason


def test_a_week_lists_seven_days_from_monday_and_closed_days_as_closed() -> None:
    week = hours.weekly_hours("Mo-Th 07:00-19:00; Fr 08:00-16:30")
    assert [day.weekday for day in week] == list(range(7))
    assert [day.label for day in week][::6] == ["Monday", "Sunday"]
    assert [day.text for day in week] == ["7:00 am to 7:00 pm"] * 4 + ["8:00 am to 4:30 pm"] + ["Closed"] * 2


@pytest.mark.parametrize(
    ("expression", "monday"),
    [
        ("Mo 08:00-12:00,13:00-17:00", "8:00 am to noon and 1:00 pm to 5:00 pm"),
        ("Mo 00:00-12:30", "midnight to 12:30 pm"),
        ("Mo 00:05-24:00", "12:05 am to midnight"),
        ("Mo 22:00-06:00", "10:00 pm to 6:00 am the next day"),
        ("Su 22:00-06:00", "Closed"),
        ("Mo 08:00-08:00", "8:00 am to midnight"),
        ("24/7", "24 hours"),
        ("24/7; Mo off", "Closed"),
        ("Mo-Su 08:00-17:00; PH off", "8:00 am to 5:00 pm"),
        ("Mo 08:00-17:00; off", "Closed"),
    ],
)
def test_one_days_hours_in_words(expression: str, monday: str) -> None:
    assert hours.weekly_hours(expression)[0].text == monday


def test_hours_past_sunday_midnight_stand_with_sunday() -> None:
    assert hours.weekly_hours("Su 22:00-06:00")[6].text == "10:00 pm to 6:00 am the next day"


def test_an_opening_of_several_days_is_shown_day_by_day() -> None:
    texts = [day.text for day in hours.weekly_hours("Mo-We 08:00-08:00")]
    assert texts == ["8:00 am to midnight", "24 hours", "24 hours", "midnight to 8:00 am", *["Closed"] * 3]


@pytest.mark.parametrize(
    ("expression", "summary"),
    [
        ("Mo-Th 07:00-19:00; Fr 08:00-16:30", "Mon–Thu 7:00 am to 7:00 pm; Fri 8:00 am to 4:30 pm"),
        ("Th 08:00-16:30", "Thu 8:00 am to 4:30 pm"),
        ("Mo,We-Fr 09:00-17:00; Tu 10:00-17:00", "Mon, Wed–Fri 9:00 am to 5:00 pm; Tue 10:00 am to 5:00 pm"),
        ("24/7", "Mon–Sun 24 hours"),
        ("off", "Closed every day"),
    ],
)
def test_a_summary_joins_days_with_the_same_hours(expression: str, summary: str) -> None:
    assert hours.hours_summary(expression) == summary


def test_open_on_a_weekday_is_yes_no_or_unknown() -> None:
    assert hours.open_on(THURSDAYS_ONLY, 3) is Answer.YES
    assert hours.open_on(THURSDAYS_ONLY, 2) is Answer.NO
    assert hours.open_on(None, 3) is Answer.UNKNOWN


@pytest.mark.parametrize("weekday", [-1, 7])
def test_a_weekday_outside_the_week_is_refused(weekday: int) -> None:
    with pytest.raises(ValueError, match="0 to 6"):
        hours.open_on(THURSDAYS_ONLY, weekday)


def test_open_says_until_when_and_closed_says_from_when() -> None:
    assert state(WEEKDAYS, "2026-11-23 09:00") == hours.OpenState(is_open=True, text="Open now until 5:00 pm")
    assert state(WEEKDAYS, "2026-11-23 07:00").text == "Closed now, opens today at 8:00 am"
    assert state(WEEKDAYS, "2026-11-22 12:00") == hours.OpenState(
        is_open=False, text="Closed now, opens Monday at 8:00 am"
    )


def test_the_opening_minute_is_open_and_the_closing_minute_is_closed() -> None:
    assert state(WEEKDAYS, "2026-11-23 08:00").is_open is True
    assert state(WEEKDAYS, "2026-11-23 16:59:59").is_open is True
    assert state(WEEKDAYS, "2026-11-23 17:00").is_open is False


def test_hours_not_known_are_neither_open_nor_closed() -> None:
    assert state(None, "2026-11-23 09:00") == hours.OpenState(None, "Hours not known")


def test_a_clinic_that_never_opens_promises_no_opening() -> None:
    assert state("off", "2026-11-23 09:00") == hours.OpenState(is_open=False, text="Closed now")


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        hours.open_state(WEEKDAYS, datetime(2026, 11, 23, 9), "America/Chicago")  # noqa: DTZ001


def test_a_week_ahead_the_next_opening_is_named_by_its_date() -> None:
    assert (
        state(THURSDAYS_ONLY, "2026-12-03 16:30").text == "Closed now, opens Thursday, December 10 at 8:00 am"
    )
    assert state(THURSDAYS_ONLY, "2026-12-04 09:00").text == "Closed now, opens Thursday at 8:00 am"


@pytest.mark.parametrize(
    ("expression", "now", "text"),
    [
        (OVERNIGHT, "2026-11-23 23:00", "Open now until 6:00 am"),
        (OVERNIGHT, "2026-11-23 05:59", "Open now until 6:00 am"),
        (OVERNIGHT, "2026-11-23 06:00", "Closed now, opens today at 10:00 pm"),
        ("Mo 08:00-24:00", "2026-11-23 09:00", "Open now until midnight"),
        ("Mo 08:00-24:00; Tu 00:00-17:00", "2026-11-23 18:00", "Open now until Tuesday at 5:00 pm"),
        ("Mo 08:00-24:00; Tu 00:00-17:00", "2026-11-24 00:00", "Open now until 5:00 pm"),
        ("24/7; Su off", "2026-11-23 09:00", "Open now until Saturday at midnight"),
        ("24/7", "2026-11-23 09:00", "Open now, 24 hours a day"),
    ],
)
def test_openings_across_midnight_run_to_their_end(expression: str, now: str, text: str) -> None:
    assert state(expression, now).text == text


def test_on_a_public_holiday_the_listing_cannot_say_whether_the_clinic_is_open() -> None:
    for now in ("2026-11-26 00:00", "2026-11-26 09:00", "2026-11-26 23:59"):
        assert state(WEEKDAYS, now) == hours.OpenState(
            None, "Today is Thanksgiving Day: hours may differ. Call first.", "Thanksgiving Day"
        )
    assert state("Mo-Fr 08:00-17:00; PH off", "2026-11-26 09:00").is_open is None
    assert state(WEEKDAYS, "2026-11-25 09:00").is_open is True
    assert state(WEEKDAYS, "2026-11-27 09:00").is_open is True


def test_a_holiday_is_never_promised_as_the_next_opening() -> None:
    assert state(WEEKDAYS, "2026-11-25 18:00").text == "Closed now, opens Friday at 8:00 am"
    assert (
        state(THURSDAYS_ONLY, "2026-11-25 09:00").text == "Closed now, opens Thursday, December 3 at 8:00 am"
    )


def test_two_holidays_in_a_row_on_the_only_open_day_are_both_skipped() -> None:
    # Christmas 2025 and New Year 2026 were Thursdays.
    assert (
        state(THURSDAYS_ONLY, "2025-12-18 18:00").text == "Closed now, opens Thursday, January 8 at 8:00 am"
    )


def test_the_morning_after_a_holiday_night_is_as_doubtful_as_the_holiday() -> None:
    assert state(OVERNIGHT, "2026-11-27 02:00") == hours.OpenState(
        None, "Yesterday was Thanksgiving Day: hours may differ. Call first.", "Thanksgiving Day"
    )
    assert state(OVERNIGHT, "2026-11-27 07:00").is_open is False


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 7, 3), "Independence Day (observed)"),
        (date(2027, 12, 31), "New Year's Day (observed)"),
        (date(2026, 10, 12), "Columbus Day"),
        (date(2026, 2, 16), "Washington's and Lincoln's Birthday"),
        (date(2026, 6, 19), "Juneteenth National Independence Day"),
        (date(2026, 11, 27), None),
        (date(2026, 2, 14), None),
    ],
)
def test_federal_and_minnesota_holidays_and_their_observed_days_count(day: date, name: str | None) -> None:
    assert hours.holiday_name(day) == name


def test_the_clinics_clock_counts_and_not_the_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime(2026, 11, 24, 0, 30, tzinfo=UTC)  # Monday, 6:30 pm in Chicago
    answers = set()
    for zone in ("UTC", "Asia/Tokyo", "America/Chicago"):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        answers.add(hours.open_state("Mo 07:00-19:00", now.astimezone(), "America/Chicago"))
    monkeypatch.undo()
    time.tzset()
    assert answers == {hours.OpenState(is_open=True, text="Open now until 7:00 pm")}
    assert hours.open_state("Mo 07:00-19:00", now, "UTC").is_open is False


@pytest.mark.parametrize(
    ("utc", "is_open"),
    [
        # Forward on 2026-03-08, back on 2026-11-01: 8:00 am is 14:00 UTC in winter, 13:00 in summer.
        (datetime(2026, 3, 7, 13, 59, tzinfo=UTC), False),
        (datetime(2026, 3, 7, 14, 0, tzinfo=UTC), True),
        (datetime(2026, 3, 8, 12, 59, tzinfo=UTC), False),
        (datetime(2026, 3, 8, 13, 0, tzinfo=UTC), True),
        (datetime(2026, 11, 1, 13, 59, tzinfo=UTC), False),
        (datetime(2026, 11, 1, 14, 0, tzinfo=UTC), True),
    ],
)
def test_eight_oclock_is_eight_oclock_on_days_the_clocks_change(utc: datetime, is_open: bool) -> None:
    assert hours.open_state("Mo-Su 08:00-17:00", utc, "America/Chicago").is_open is is_open


CLOCK = st.integers(0, 1439).map(lambda minute: f"{minute // 60:02}:{minute % 60:02}")
SPAN = st.tuples(CLOCK, CLOCK).filter(lambda span: span[0] != span[1]).map("-".join)
RULE = st.tuples(st.sampled_from(["Mo", "Tu", "We-Th", "Fr-Mo", "Sa,Su"]), SPAN).map(" ".join)
EXPRESSION = st.lists(RULE, min_size=1, max_size=4).map("; ".join).filter(lambda one: not hours.validate(one))
MOMENT = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(EXPRESSION, MOMENT)
def test_off_holidays_the_state_is_the_one_the_listing_gives_for_that_wall_clock(
    expression: str, now: datetime
) -> None:
    answer = hours.open_state(expression, now, "America/Chicago")
    wall_clock = now.astimezone(CHICAGO).replace(tzinfo=None)
    if answer.holiday is None:
        assert answer.is_open is OpeningHours(expression).is_open(wall_clock)
    else:
        recent = {wall_clock.date(), wall_clock.date() - timedelta(days=1)}
        assert answer.is_open is None
        assert answer.holiday in {hours.holiday_name(day) for day in recent}


@given(EXPRESSION, st.sampled_from(range(7)))
def test_the_weekday_filter_and_the_weekly_table_never_disagree(expression: str, weekday: int) -> None:
    closed = hours.weekly_hours(expression)[weekday].text == "Closed"
    assert hours.open_on(expression, weekday) is (Answer.NO if closed else Answer.YES)


CLOCKS = st.lists(st.integers(0, 95), min_size=2, max_size=6, unique=True).map(sorted)
WEEK = st.dictionaries(st.integers(0, 6), CLOCKS, min_size=1)


def spans_of(clocks: list[int]) -> list[tuple[int, int]]:
    return [(15 * one, 15 * other) for one, other in zip(clocks[::2], clocks[1::2], strict=False)]


def in_12_hours(minutes: int) -> str:
    return f"{minutes // 60 % 12 or 12}:{minutes % 60:02} {'am' if minutes < 720 else 'pm'}"


@given(WEEK, st.sampled_from(["-", " - ", " to ", " – "]), st.sampled_from(["\n", "; ", ", "]))
def test_a_week_written_with_am_and_pm_is_read_as_that_week(
    week: dict[int, list[int]], to: str, between: str
) -> None:
    right = written({day: spans_of(clocks) for day, clocks in week.items()})
    names = ("Monday", "Tues.", "wed", "Thurs", "FRIDAY", "Sat", "Sun")
    typed = between.join(
        f"{names[day]} " + ", ".join(to.join(map(in_12_hours, span)) for span in spans_of(clocks))
        for day, clocks in week.items()
    )
    assert proposed(typed) == right
    assert hours.validate(right) is None
    assert hours.validate(typed) == f"if this means {right}, write it so"


@given(WEEK)
def test_the_right_form_opens_whenever_any_of_the_rules_would(week: dict[int, list[int]]) -> None:
    rules = [written({day: [span]}) for day, clocks in week.items() for span in spans_of(clocks)]
    reason = hours.validate("; ".join(rules))
    right = written({day: spans_of(clocks) for day, clocks in week.items()})
    if len(rules) == len(week):
        assert reason is None
    else:
        assert reason is not None
        assert reason.endswith(f"write {right}")


@given(st.text(max_size=60))
def test_any_text_is_judged_and_a_proposal_can_always_be_shown(text: str) -> None:
    meant = proposed(text)
    hours.validate(text)
    if meant is not None and hours.validate(meant) is None:
        assert len(hours.weekly_hours(meant)) == 7
