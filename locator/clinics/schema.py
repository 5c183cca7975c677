"""The columns of the clinic file, declared once: what each is called, means, may hold, and where it goes.

Whatever lists columns derives from `Row`: the reader's rules, the staff form, the published documents, the
API's description of them, and the table in data/README.md. The rules between cells are here too, and the way
from a row to a `Site`. docs/contributing.md walks through a new column.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum
from functools import lru_cache
from itertools import starmap
from operator import itemgetter
from types import MappingProxyType, NoneType
from typing import Annotated, Any, Final, Literal, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator
from pydantic.fields import FieldInfo

from locator.clinics import cells as cell
from locator.clinics.csv_table import Problem, Record
from locator.language import gettext as _
from locator.language import marked as N_
from locator.sites import (
    Answer,
    Claim,
    ClinicRole,
    Coordinate,
    Pin,
    PinPrecision,
    Site,
    Status,
    Wheelchair,
)


class Format(StrEnum):
    """What the directory is published as, by the names of the documents."""

    GEOJSON = "sites.geojson"
    CSV = "clinics.csv"
    JSON_LD = "clinics.jsonld"
    FHIR = "clinics.fhir.json"


def nowhere(reason: str) -> Mapping[Format, str]:
    """The same reason to leave a column out of every document."""
    return dict.fromkeys(Format, reason)


@dataclass(frozen=True, slots=True)
class About:
    """What is declared of a column beside its type.

    `label`, `meaning`, `allowed` and `line` are messages to translate; backticks are for data/README.md only.

    `allowed` takes the place of the words that the column's type has. `start` is what the form of a new
    clinic begins with. `site` is the way to the value in a `Site`, where that is not the field's name.
    `line`, with `{value}` in it, says the value where no code of its own does: on the card, and in documents
    that have words for few things. `api` is what the API's description says of it. A column is in every
    document but those that `withheld` has a reason for. `since` is the release that brought it.
    """

    label: str
    meaning: str
    example: str
    allowed: str = field(default="", kw_only=True)
    start: str = field(default="", kw_only=True)
    site: str = field(default="", kw_only=True)
    line: str = field(default="", kw_only=True)
    api: str = field(default="", kw_only=True)
    withheld: Mapping[Format, str] = field(default_factory=dict, kw_only=True)
    since: str = field(default="1.0", kw_only=True)


_WHERE_FROM: Final = N_("Where the answer comes from")
_WHEN_READ: Final = N_("The day the source was read, or the source's own date")
_HOW_SURE: Final = N_("How sure that is")
_AS_ABOVE: Final = N_("as above")


class Row(BaseModel):
    """One row as the file has it, in the file's order of columns; None is an empty cell.

    A column with a default may be missing from a file. A rule that needs a second cell is held by the later
    of the two, and rests where the earlier one is wrong.
    """

    model_config = ConfigDict(frozen=True)

    site_id: Annotated[
        cell.SiteId,
        About(
            N_("Site ID"),
            N_("The clinic's permanent name in links and programs; never reused for another clinic"),
            "maple-grove",
        ),
    ]
    name: Annotated[
        cell.Text,
        About(
            N_("Name"),
            N_("The name over the door; clinics of one practice may share it"),
            "iSpine Clinics",
        ),
    ]
    street: Annotated[cell.Text, About(N_("Street"), N_("House number and street"), "9645 Grove Cir N")]
    unit: Annotated[
        cell.Text | None,
        About(N_("Unit"), N_("Suite or unit, as a letter would be addressed"), "Ste 200"),
    ]
    city: Annotated[cell.Text, About(N_("City"), N_("City of the postal address"), "Maple Grove")]
    state: Annotated[cell.State, About(N_("State"), N_("State of the postal address"), "MN", start="MN")]
    zip_code: Annotated[cell.Zip, Field(alias="zip"), About(N_("ZIP"), N_("ZIP code"), "55369")]
    country: Annotated[cell.Country, About(N_("Country"), N_("Country of the address"), "US", start="US")]
    phone: Annotated[cell.Phone, About(N_("Phone"), N_("The number patients call"), "763-201-8191")]
    fax: Annotated[
        cell.Phone | None,
        About(
            N_("Fax"),
            N_("Fax number of this clinic"),
            "612-555-0199",
            allowed=N_("as `phone`"),
        ),
    ]
    website: Annotated[
        cell.Url | None,
        About(
            N_("Website"),
            N_("This clinic's own page"),
            "https://ispineclinics.com/locations/maple-grove/",
        ),
    ]
    npi: Annotated[
        cell.Npi | None,
        About(
            N_("NPI"),
            N_("National Provider Identifier of this clinic"),
            "1234567893",
            api="National Provider Identifier of this site.",
        ),
    ]
    hours: Annotated[
        cell.Hours | None,
        About(
            N_("Hours"),
            N_("Listed opening hours"),
            "Mo-Th 07:00-19:00; Fr 08:00-16:30",
            api="Weekly opening hours as OpenStreetMap writes them: Mo-Fr 08:00-17:00.",
        ),
    ]
    hours_as_of: Annotated[
        cell.MonthOrDay | None,
        About(
            N_("Hours as of"),
            N_("When the hours were true"),
            "2025-02",
            api="The month or day the hours were listed.",
        ),
    ]
    time_zone: Annotated[
        cell.TimeZone,
        About(
            N_("Time zone"),
            N_("The clock the hours are on"),
            "America/Chicago",
            start="America/Chicago",
            api="The clock the hours are on.",
        ),
    ]
    latitude: Annotated[
        cell.Latitude | None,
        About(N_("Latitude"), N_("Map pin, north"), "45.1300012", site="pin.point.lat_deg"),
    ]
    longitude: Annotated[
        cell.Longitude | None,
        About(
            N_("Longitude"),
            N_("Map pin, east; negative in the United States"),
            "-93.4840276",
            site="pin.point.lon_deg",
        ),
    ]
    pin_source: Annotated[
        cell.Text | None,
        About(
            N_("Pin source"),
            N_("How the pin was obtained; one that begins with `manual` is never moved by a program"),
            "listing",
            allowed=N_("text, at most 200 characters; required with a pin"),
            site="pin.source",
            api="How the map pin was placed; null without a pin.",
        ),
    ]
    pin_precision: Annotated[
        cell.PinExactness | None,
        About(
            N_("Pin precision"),
            N_("What the pin stands for"),
            "unknown",
            site="pin.precision",
            api="What the pin stands for; unknown where nobody said.",
        ),
    ]
    pin_address: Annotated[
        cell.LongText | None,
        About(
            N_("Pin address"),
            N_(
                "The address the pin was made for, so that a later change is noticed; empty means the one"
                " listed. `python -m locator geocode` fills it in"
            ),
            "9645 Grove Cir N, Maple Grove, MN 55369",
            allowed=N_("text, at most 1,000 characters; street, city, state and ZIP code, no unit"),
            withheld=nowhere(
                "it serves staff alone, to notice that an address has changed since its pin was set"
            ),
        ),
    ] = None
    evaluation: Annotated[
        cell.YesNoUnknown,
        About(
            N_("Evaluation"),
            N_("Whether patients are evaluated for DRG stimulation here"),
            "yes",
            start="unknown",
            site="evaluation.answer",
        ),
    ]
    evaluation_status: Annotated[
        cell.Sureness,
        About(N_("Evaluation status"), _HOW_SURE, "provisional", start="unknown", site="evaluation.status"),
    ]
    evaluation_source: Annotated[
        cell.LongText | None,
        About(
            N_("Evaluation source"),
            _WHERE_FROM,
            "The practice's DRG web page, which speaks of its metro clinics as a whole",
            allowed=N_("text, at most 1,000 characters; required unless the answer is `unknown`"),
            site="evaluation.source",
        ),
    ]
    evaluation_as_of: Annotated[
        cell.Day | None,
        About(
            N_("Evaluation as of"),
            _WHEN_READ,
            "2026-11-22",
            allowed=N_("a day; required unless the answer is `unknown`"),
            site="evaluation.as_of",
        ),
    ]
    procedure: Annotated[
        cell.YesNoUnknown,
        About(
            N_("Procedure"),
            N_("Whether DRG stimulation procedures are done here"),
            "unknown",
            start="unknown",
            site="procedure.answer",
        ),
    ]
    procedure_status: Annotated[
        cell.Sureness,
        About(
            N_("Procedure status"),
            _HOW_SURE,
            "unknown",
            allowed=N_("as `evaluation_status`"),
            start="unknown",
            site="procedure.status",
        ),
    ]
    procedure_source: Annotated[
        cell.LongText | None,
        About(
            N_("Procedure source"),
            _WHERE_FROM,
            "Reviews speak of procedures here; no source says DRG",
            allowed=N_("as `evaluation_source`"),
            site="procedure.source",
        ),
    ]
    procedure_as_of: Annotated[
        cell.Day | None,
        About(
            N_("Procedure as of"),
            _WHEN_READ,
            "2025-12-08",
            allowed=N_("as `evaluation_as_of`"),
            site="procedure.as_of",
        ),
    ]
    wheelchair_entrance: Annotated[
        cell.YesNoUnknown | None,
        About(
            N_("Wheelchair entrance"),
            N_("Whether the entrance is wheelchair accessible"),
            "yes",
            allowed=N_("`yes`, `no` or `unknown`; empty is unknown"),
            site="wheelchair.entrance",
        ),
    ]
    wheelchair_parking: Annotated[
        cell.YesNoUnknown | None,
        About(
            N_("Wheelchair parking"),
            N_("Whether there is wheelchair accessible parking"),
            "yes",
            allowed=_AS_ABOVE,
            site="wheelchair.parking",
        ),
    ]
    wheelchair_restroom: Annotated[
        cell.YesNoUnknown | None,
        About(
            N_("Wheelchair restroom"),
            N_("Whether there is a wheelchair accessible restroom"),
            "yes",
            allowed=_AS_ABOVE,
            site="wheelchair.restroom",
        ),
    ]
    accepting_new_patients: Annotated[
        cell.YesNoUnknown | None,
        About(
            N_("Accepting new patients"),
            N_("Whether new patients are taken"),
            "unknown",
            allowed=_AS_ABOVE,
        ),
    ]
    source: Annotated[
        cell.LongText,
        About(
            N_("Source"),
            N_("Where the row's other facts come from"),
            "Third-party listing",
            api="Where the other facts come from.",
        ),
    ]
    as_of: Annotated[
        cell.Day,
        About(N_("As of"), N_("The date of that source"), "2025-12-08", api="The date of that source."),
    ]
    verified_on: Annotated[
        cell.Day | None,
        About(
            N_("Verified on"),
            N_("The day the practice confirmed this row; required once a status is `confirmed`"),
            "2026-11-20",
            allowed=N_("a day; with `verified_by` or not at all"),
            api="The day the practice checked the listing; null if it has not.",
        ),
    ]
    verified_by: Annotated[
        cell.Text | None,
        About(
            N_("Verified by"),
            N_("Who confirmed it, by role rather than by name"),
            "front desk",
            allowed=N_("text, at most 200 characters; with `verified_on` or not at all"),
            withheld=nowhere(
                "who at the practice checked a row is for staff: that it was, and when, is enough"
            ),
        ),
    ]
    active: Annotated[
        cell.YesNo,
        About(
            N_("Active"),
            N_("Whether the clinic is shown; `no` keeps a closed clinic on file"),
            "yes",
            start="yes",
            withheld=nowhere("only clinics that are active are published"),
        ),
    ]
    note: Annotated[
        cell.LongText | None,
        About(N_("Note"), N_("What a reader should know besides"), "Thursdays only."),
    ]

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

    @field_validator(*(f"{role}_status" for role in ClinicRole))
    @classmethod
    def _status_fits_answer(cls, status: Status, info: ValidationInfo) -> Status:
        answer = info.data.get(_role(info))
        if answer is not None and (answer is Answer.UNKNOWN) != (status is Status.UNKNOWN):
            raise cell.wrong(
                _("does not go with {answer}: unknown goes with unknown only").format(answer=answer)
            )
        return status

    @field_validator(*(f"{role}_{evidence}" for role in ClinicRole for evidence in ("source", "as_of")))
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
        statuses = [info.data.get(f"{role}_status") for role in ClinicRole]
        if verified_on is None and Status.CONFIRMED in statuses:
            raise cell.wrong(_("a confirmed status needs the day the practice confirmed it"))
        return verified_on

    @field_validator("verified_by")
    @classmethod
    def _day_and_person_go_together(cls, verified_by: str | None, info: ValidationInfo) -> str | None:
        if "verified_on" in info.data and (info.data["verified_on"] is None) != (verified_by is None):
            raise cell.wrong(_("fill in both verified_on and verified_by, or neither"))
        return verified_by


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file, as all that lists columns reads it.

    `field` is its name in `Row`. `kind` is the type of its values; `choices` are the words it may hold where
    these are few, after "" where it may be empty.
    """

    name: str
    field: str
    about: About
    words: cell.Words
    kind: type[Any]
    choices: tuple[str, ...]
    may_be_empty: bool
    may_be_missing: bool

    @classmethod
    def of(cls, name: str, declared: FieldInfo) -> Column:
        """The column that a field of `Row` declares."""
        rule, may_be_empty = _without_none(declared.annotation)
        (about,) = (one for one in declared.metadata if isinstance(one, About))
        told = (*declared.metadata, *getattr(rule, "__metadata__", ()))
        (words,) = (one for one in told if isinstance(one, cell.Words))
        kind = get_args(rule)[0] if get_origin(rule) is Annotated else rule
        listed = get_args(kind) if get_origin(kind) is Literal else tuple(kind) if _is_listed(kind) else ()
        return cls(
            name=declared.alias or name,
            field=name,
            about=about,
            words=words,
            kind=str if get_origin(kind) is Literal else kind,
            choices=(*([""] if may_be_empty else []), *listed) if len(listed) > 1 else (),
            may_be_empty=may_be_empty,
            may_be_missing=not declared.is_required(),
        )

    @property
    def label(self) -> str:
        """What a form calls it, in the current language."""
        return _(self.about.label)

    @property
    def help(self) -> str:
        """What it means and what may stand there, as plain text in the current language."""
        return ". ".join(_(text) for text in (self.about.meaning, self.allowed)).replace("`", "")

    @property
    def allowed(self) -> str:
        """What may stand there, as a message."""
        return self.about.allowed or self.words.allowed

    def is_in(self, document: Format) -> bool:
        """Whether a document has it."""
        return document not in self.about.withheld

    def value(self, site: Site) -> Any:  # noqa: ANN401 - it is of `kind`
        """What a clinic has there; None is not known. AttributeError where a `Site` is without the column."""
        value: Any = site
        for part in (self.about.site or self.field).split("."):
            value = None if value is None else getattr(value, part)
        return value


def _without_none(annotation: Any) -> tuple[Any, bool]:  # noqa: ANN401 - any type
    """A field's type but for None, and whether it takes None."""
    types = get_args(annotation)
    if NoneType not in types:
        return annotation, False
    (rule,) = (one for one in types if one is not NoneType)
    return rule, True


def _is_listed(kind: Any) -> bool:  # noqa: ANN401 - any type
    return isinstance(kind, type) and issubclass(kind, StrEnum)


SCHEMA: Final = MappingProxyType(
    {column.name: column for column in starmap(Column.of, Row.model_fields.items())}
)
"""Every column by its name in the file, in the file's order."""

COLUMNS: Final = tuple(SCHEMA)
"""The names of the columns of the clinic file, in order."""

OPTIONAL_COLUMNS: Final = frozenset(column.name for column in SCHEMA.values() if column.may_be_missing)
"""Those a file may lack, which then are empty."""


def columns_of(rule: Any) -> frozenset[str]:  # noqa: ANN401 - a type of `cells`
    """The names of the columns that hold cells of a type."""
    return frozenset(name for name, column in SCHEMA.items() if column.words in rule.__metadata__)


FURTHER_COLUMNS: Final = tuple(column for column in SCHEMA.values() if column.about.line)
"""Those that are said by their line alone."""

_CHOICES: Final = {
    "yes": N_("yes"),
    "no": N_("no"),
    "unknown": N_("unknown"),
    "confirmed": N_("confirmed"),
    "provisional": N_("provisional"),
    "rooftop": N_("rooftop"),
    "address": N_("address"),
    "street": N_("street"),
    "zip": N_("zip"),
    "city": N_("city"),
}


def choice(word: str) -> str:
    """A word that a column may hold as a person reads it in a form; any other text as it is."""
    known = _CHOICES.get(word)
    return _(known) if known else word


def _site_of(row: Row) -> Site:
    """The clinic of a row that is right; an empty cell of yes, no or unknown is unknown.

    Clinics share what is equal of them.
    """
    cells = vars(row)
    stated = {name: _stated(cells[name]) for name in _ANSWERS_OR_EMPTY}
    built = {
        **stated,
        **{str(role): _shared_claim(*claim_cells(cells)) for role, claim_cells in _CLAIM_CELLS.items()},
        "pin": _pin(*_PIN_CELLS(cells)),
        "wheelchair": _shared_wheelchair(*_WHEELCHAIR_CELLS(stated)),
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
_PIN_CELLS: Final = itemgetter("latitude", "longitude", "pin_source", "pin_precision")
_CLAIM_CELLS: Final = {
    role: itemgetter(*(f"{role}{part}" for part in ("", "_status", "_source", "_as_of")))
    for role in ClinicRole
}
_WHEELCHAIR_CELLS: Final = itemgetter(*(f"wheelchair_{part}" for part in ("entrance", "parking", "restroom")))
_ANSWERS_OR_EMPTY: Final = tuple(
    column.field for column in SCHEMA.values() if column.kind is Answer and column.may_be_empty
)
_SITE_FACTS: Final = itemgetter(*(fact.name for fact in fields(Site)))


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
            message = detail["msg"] if detail["type"] == cell.OWN_MESSAGE else _(SCHEMA[column].words.ask)
            problems.append(Problem.of(record.line, column, record.cells[column], message))
    return tuple(problems)


def _role(info: ValidationInfo) -> str:
    """The role a column such as evaluation_as_of is about."""
    return (info.field_name or "").partition("_")[0]
