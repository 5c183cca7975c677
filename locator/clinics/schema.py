"""What a row of the clinic file may hold: columns in order, rules between cells, and the way to a `Site`."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from functools import lru_cache
from operator import itemgetter
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator

from locator.clinics import cells as cell
from locator.clinics.csv_table import Problem, Record
from locator.language import gettext as _
from locator.language import marked as N_
from locator.sites import Answer, Claim, Coordinate, Pin, PinPrecision, Site, Status, Wheelchair

_TEXT: Final = N_("use plain text of at most 200 characters")
_LONG_TEXT: Final = N_("use plain text of at most 1,000 characters")
_PHONE: Final = N_("use ten digits as 763-555-0123")
_ANSWER: Final = N_("use yes, no or unknown")
_STATUS: Final = N_("use confirmed, provisional or unknown")
_PRECISION: Final = N_("use rooftop or address or street or zip or city or unknown")
_DAY: Final = N_("use a day that exists, as 2025-12-08")


class Row(BaseModel):
    """One row as the file has it, in the file's order of columns; None is an empty cell.

    A rule that needs a second cell is held by the later of the two, and rests where the earlier one is wrong.
    """

    model_config = ConfigDict(frozen=True)

    site_id: cell.SiteId = Field(
        description=N_("use lower-case letters, digits and single hyphens, such as maple-grove")
    )
    name: cell.Text = Field(description=_TEXT)
    street: cell.Text = Field(description=_TEXT)
    unit: cell.Text | None = Field(description=_TEXT)
    city: cell.Text = Field(description=_TEXT)
    state: cell.State = Field(description=N_("use the two letters of a US state, such as MN"))
    zip_code: cell.Zip = Field(alias="zip", description=N_("use five digits, such as 55369"))
    country: Literal["US"] = Field(description=N_("use US"))
    phone: cell.Phone = Field(description=_PHONE)
    fax: cell.Phone | None = Field(description=_PHONE)
    website: cell.Url | None = Field(description=N_("use a web address that begins with https:// or http://"))
    npi: cell.Npi | None = Field(description=N_("use the ten digits of the National Provider Identifier"))
    hours: cell.Hours | None = Field(description=N_("use at most 200 characters, such as Mo-Fr 08:00-17:00"))
    hours_as_of: cell.MonthOrDay | None = Field(
        description=N_("use a month or day that exists, such as 2025-02")
    )
    time_zone: cell.TimeZone = Field(description=N_("use an IANA time zone, such as America/Chicago"))
    latitude: cell.Latitude | None = Field(description=N_("use degrees from 17.5 to 71.5, such as 45.13"))
    longitude: cell.Longitude | None = Field(
        description=N_("use degrees from -179.5 to -64.5, such as -93.48")
    )
    pin_source: cell.Text | None = Field(description=_TEXT)
    pin_precision: PinPrecision | None = Field(description=_PRECISION)
    pin_address: cell.LongText | None = Field(None, description=_LONG_TEXT)
    evaluation: Answer = Field(description=_ANSWER)
    evaluation_status: Status = Field(description=_STATUS)
    evaluation_source: cell.LongText | None = Field(description=_LONG_TEXT)
    evaluation_as_of: cell.Day | None = Field(description=_DAY)
    procedure: Answer = Field(description=_ANSWER)
    procedure_status: Status = Field(description=_STATUS)
    procedure_source: cell.LongText | None = Field(description=_LONG_TEXT)
    procedure_as_of: cell.Day | None = Field(description=_DAY)
    wheelchair_entrance: Answer | None = Field(description=_ANSWER)
    wheelchair_parking: Answer | None = Field(description=_ANSWER)
    wheelchair_restroom: Answer | None = Field(description=_ANSWER)
    accepting_new_patients: Answer | None = Field(description=_ANSWER)
    source: cell.LongText = Field(description=_LONG_TEXT)
    as_of: cell.Day = Field(description=_DAY)
    verified_on: cell.Day | None = Field(description=_DAY)
    verified_by: cell.Text | None = Field(description=_TEXT)
    active: Literal["yes", "no"] = Field(description=N_("use yes or no"))
    note: cell.LongText | None = Field(description=_LONG_TEXT)

    @field_validator("longitude")
    @classmethod
    def _pin_has_both_degrees(cls, longitude: float | None, info: ValidationInfo) -> float | None:
        if "latitude" in info.data and (info.data["latitude"] is None) != (longitude is None):
            raise cell.wrong(_("fill in both latitude and longitude, or neither"))
        return longitude

    @field_validator("pin_source", "pin_precision")
    @classmethod
    def _pin_says_how_it_was_placed(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None and info.data.get("latitude") is not None:
            raise cell.wrong(_("a pin needs this: write unknown if nobody said"))
        return value

    @field_validator("evaluation_status", "procedure_status")
    @classmethod
    def _status_fits_answer(cls, status: Status, info: ValidationInfo) -> Status:
        answer = info.data.get(_role(info))
        if answer is not None and (answer is Answer.UNKNOWN) != (status is Status.UNKNOWN):
            raise cell.wrong(
                _("does not go with {answer}: unknown goes with unknown only").format(answer=answer)
            )
        return status

    @field_validator("evaluation_source", "evaluation_as_of", "procedure_source", "procedure_as_of")
    @classmethod
    def _known_answer_has_evidence(cls, value: str | date | None, info: ValidationInfo) -> str | date | None:
        answer = info.data.get(_role(info), Answer.UNKNOWN)
        if value is None and answer is not Answer.UNKNOWN:
            message = _("an answer of {answer} needs its source and that source's date")
            raise cell.wrong(message.format(answer=answer))
        return value

    @field_validator("verified_on")
    @classmethod
    def _confirmed_has_a_day(cls, verified_on: date | None, info: ValidationInfo) -> date | None:
        statuses = (info.data.get("evaluation_status"), info.data.get("procedure_status"))
        if verified_on is None and Status.CONFIRMED in statuses:
            raise cell.wrong(_("a confirmed status needs the day the practice confirmed it"))
        return verified_on

    @field_validator("verified_by")
    @classmethod
    def _day_and_person_go_together(cls, verified_by: str | None, info: ValidationInfo) -> str | None:
        if "verified_on" in info.data and (info.data["verified_on"] is None) != (verified_by is None):
            raise cell.wrong(_("fill in both verified_on and verified_by, or neither"))
        return verified_by


def _site_of(row: Row) -> Site:
    """The clinic of a row that is right; an empty cell of yes, no or unknown is unknown.

    Clinics share what is equal of them.
    """
    cells = vars(row)
    built = {
        "pin": _pin(*_PIN_CELLS(cells)),
        "evaluation": _shared_claim(*_EVALUATION_CELLS(cells)),
        "procedure": _shared_claim(*_PROCEDURE_CELLS(cells)),
        "wheelchair": _shared_wheelchair(
            *(_stated(cells[f"wheelchair_{part}"]) for part in ("entrance", "parking", "restroom"))
        ),
        "accepting_new_patients": _stated(row.accepting_new_patients),
        "active": row.active == "yes",
    }
    return Site(*_SITE_FACTS({**cells, **built}))


def _stated(answer: Answer | None) -> Answer:
    return answer or Answer.UNKNOWN


def _pin(
    lat_deg: float | None, lon_deg: float | None, source: str | None, precision: PinPrecision | None
) -> Pin | None:
    if lat_deg is None or lon_deg is None or source is None or precision is None:
        return None
    return Pin(Coordinate(lat_deg, lon_deg), source, precision)


# Bounded: in a long life, the claims of many versions of the file pass through.
_shared_claim: Final = lru_cache(maxsize=4_096)(Claim)
_shared_wheelchair: Final = lru_cache(maxsize=32)(Wheelchair)
_CLAIM: Final = ("", "_status", "_source", "_as_of")
_PIN_CELLS: Final = itemgetter("latitude", "longitude", "pin_source", "pin_precision")
_EVALUATION_CELLS: Final = itemgetter(*(f"evaluation{part}" for part in _CLAIM))
_PROCEDURE_CELLS: Final = itemgetter(*(f"procedure{part}" for part in _CLAIM))
_SITE_FACTS: Final = itemgetter(*(field.name for field in fields(Site)))
_ALLOWED: Final = {field.alias or name: field.description or "" for name, field in Row.model_fields.items()}

COLUMNS: Final = tuple(_ALLOWED)
"""The columns of the clinic file, in order."""

OPTIONAL_COLUMNS: Final = frozenset({"pin_address"})
"""Those a file may lack, which then are empty: they only serve to notice a later change."""


def read_row(record: Record, *, today: date) -> Site | tuple[Problem, ...]:
    """The clinic of one record, or everything that is wrong with it, column by column.

    Dates after `today` are wrong. A record that lacks a whole column gives no clinic and no problem for that
    column: the header's problem has said so.
    """
    cells = {column: text or None for column, text in record.cells.items()}
    try:
        return _site_of(Row.model_validate(cells, context={"today": today}))
    except ValidationError as error:
        details = error.errors(include_url=False)
    problems = []
    for detail in details:
        column = str(detail["loc"][0])
        if column in record.cells:
            message = detail["msg"] if detail["type"] == cell.OWN_MESSAGE else _(_ALLOWED[column])
            problems.append(Problem.of(record.line, column, record.cells[column], message))
    return tuple(problems)


def _role(info: ValidationInfo) -> str:
    """The role a column such as evaluation_as_of is about."""
    return (info.field_name or "").partition("_")[0]
