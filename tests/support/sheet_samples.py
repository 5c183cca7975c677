"""Made-up referrals for tests of the sheet and its renderings; every name is obviously fake."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any, Final

from locator.referral.criteria import Criterion, CriterionAnswer, assess
from locator.referral.journey import Journey, Visit, VisitPlace
from locator.referral.plan import Plan
from locator.referral.sheet.sheet import Sheet, make_sheet
from locator.sites import Coordinate
from tests.support.parsed_html import one_line
from tests.support.samples import CONFIRMED_YES, MINNEAPOLIS, PROVISIONAL_YES, make_origin, make_site

LINK: Final = "https://locator.example/refer?start=55999&evaluation=fake-a&procedure=fake-b"
TODAY: Final = date(2026, 11, 22)

EVALUATION: Final = make_site(
    "fake-a",
    Coordinate(45.08, -93.27),
    name="Fake Evaluation Clinic",
    street="11 Nowhere St",
    unit="Ste 5",
    phone="612-555-0111",
    fax="612-555-0112",
    hours="Mo-Fr 08:00-17:00",
    hours_as_of="2025-02",
    evaluation=PROVISIONAL_YES,
)
PROCEDURE: Final = make_site(
    "fake-b",
    Coordinate(44.88, -93.27),
    name="Fake Procedure Site",
    city="Mockton",
    phone="612-555-0122",
    procedure=CONFIRMED_YES,
    verified_on=date(2026, 11, 1),
)
JOURNEY: Final = Journey(
    (
        Visit(
            "evaluation", "Fake first visit", VisitPlace.EVALUATION, 1, "Fake start", "A reason", "A basis"
        ),
        Visit("implant", "Fake implant", VisitPlace.PROCEDURE, 2, "Fake middle", "A reason", "A basis"),
        Visit("check-up", "Fake check-up", VisitPlace.EVALUATION, 3, "Fake end", "A reason", "A basis"),
    )
)
CRITERIA: Final = (
    Criterion("lasting", "Fake group", "Fake pain for half a year"),
    Criterion(
        "tried", "Fake group", "Fake things tried", ("Fake pills", "Fake exercise"), "Nothing fake", "Tried"
    ),
    Criterion("wish", "Fake group", "Fake wish"),
)
ANSWERS: Final[Mapping[str, CriterionAnswer]] = {"lasting": False, "tried": ("Fake pills", "Fake exercise")}
PLAN: Final = Plan(EVALUATION, PROCEDURE, make_origin(MINNEAPOLIS, uncertainty_m=1609.344), JOURNEY)


def sample_sheet(plan: Plan = PLAN, **facts: Any) -> Sheet:  # noqa: ANN401 - as many kinds as a sheet has facts
    """A sheet of a made-up plan with every section filled, but for what `facts` changes."""
    content: dict[str, Any] = {
        "content_source": "a made-up page",
        "content_read_on": date(2026, 10, 9),
        "assessments": assess(CRITERIA, ANSWERS),
        "send_along": ("Fake report", "Fake list"),
        "send_along_basis": "Made up for a test.",
        "practice_name": "Fake Practice",
        "phone": "612-555-0199",
        "link": LINK,
        "today": TODAY,
    }
    return make_sheet(plan, **(content | facts))


def bare_sheet() -> Sheet:
    """A sheet with nothing known that a sheet can do without."""
    plan = Plan(make_site(at=None), None, None, Journey(()))
    return sample_sheet(plan, assessments=(), send_along=(), send_along_basis="", link=None)


def longest_sheet() -> Sheet:
    """A sheet with names, notes and addresses as long as the directory allows in reason, and all answered."""
    long_facts: dict[str, Any] = {
        "name": _long("Name"),
        "street": _long("Street")[:150],
        "unit": _long("Unit")[:50],
        "city": "Saint Fakery upon the Mock",
        "fax": "612-555-0101",
        "hours": "Mo 08:00-12:00,13:00-17:00; Tu 07:00-19:00; We 09:00-16:30; Th 10:00-18:00; Fr 08:00-12:30",
        "hours_as_of": "2025-02",
        "note": _long("Note"),
        "source": _long("Source"),
    }
    journey = Journey(
        tuple(
            Visit(f"v{i}", f"Fake visit number {i}", place, 9, "Some days after the one before", "r", "b")
            for i, place in enumerate([*VisitPlace] * 3)
        )
    )
    choices = tuple(f"Fake choice of some length {i}" for i in range(5))
    criteria = [
        Criterion(
            f"c{i}", "g", "A made-up criterion of about the usual length, as a page has it", choices, "None"
        )
        for i in range(6)
    ]
    plan = Plan(
        make_site(**long_facts), make_site("fake-b", **long_facts), make_origin(uncertainty_m=4e4), journey
    )
    answers = {one.criterion_id: one.all_choices for one in criteria}
    return sample_sheet(
        plan,
        assessments=assess(criteria, answers),
        send_along=tuple(f"Fake record {i}: what was tried, and what it did" for i in range(5)),
        link=LINK + "&more=" + "x" * 100,
    )


def _long(word: str) -> str:
    return (f"Fake {word} of a Very Long and Altogether Made-up Institute, " * 4)[:199] + "."


def words_of(sheet: Sheet) -> list[str]:
    """Every text that a rendering of the sheet has to show, each on one line."""
    shown = asdict(sheet)
    for hidden in ("language", "made_on"):
        del shown[hidden]
    if sheet.link is not None:
        del shown["link"]["alt"]
    for row in shown["criteria"]["rows"]:
        del row["mark"]
    # A section without content is left out with its heading.
    for section, content in (
        ("journey", "rows"),
        ("criteria", "rows"),
        ("send_along", "items"),
        ("warnings", "items"),
    ):
        if not shown[section][content]:
            del shown[section]
    return [one_line(text) for text in _strings(shown) if text]


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for one in value.values() for text in _strings(one))
    elif isinstance(value, list | tuple):
        yield from (text for one in value for text in _strings(one))
