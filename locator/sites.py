"""The nouns of the locator: points, places, clinics and what is claimed about them. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

METRES_PER_MILE: Final = 1609.344
"""The international mile, exactly."""


@dataclass(frozen=True, slots=True)
class Coordinate:
    """A WGS-84 point in decimal degrees, latitude first."""

    lat_deg: float
    lon_deg: float

    def __post_init__(self) -> None:
        # NaN fails both comparisons, so a blank cell cannot become a place.
        if not (-90 <= self.lat_deg <= 90 and -180 <= self.lon_deg <= 180):
            raise ValueError(f"not a WGS-84 point: {self.lat_deg}, {self.lon_deg}")


class Answer(StrEnum):
    """A claim's value. Unknown is an answer of its own and is never read as no."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Status(StrEnum):
    """How sure a claim is: confirmed by the practice, provisional from elsewhere, or unknown."""

    CONFIRMED = "confirmed"
    PROVISIONAL = "provisional"
    UNKNOWN = "unknown"


class ClinicRole(StrEnum):
    """What may be done at a clinic, by the name of its column in the directory and its claim in a `Site`."""

    EVALUATION = "evaluation"
    PROCEDURE = "procedure"


@dataclass(frozen=True, slots=True)
class Claim:
    """Whether something is done at a site, how sure that is, and on what evidence.

    An unknown answer has unknown status and the other way round; a known one names its source and date.
    """

    answer: Answer
    status: Status
    source: str | None = None
    as_of: date | None = None

    def __post_init__(self) -> None:
        if (self.answer is Answer.UNKNOWN) != (self.status is Status.UNKNOWN):
            raise ValueError(f"answer {self.answer} does not go with status {self.status}")
        if self.answer is not Answer.UNKNOWN and not (self.source and self.as_of):
            raise ValueError(f"a claim of {self.answer} needs a source and a date")


UNKNOWN_CLAIM: Final = Claim(Answer.UNKNOWN, Status.UNKNOWN)


class PinPrecision(StrEnum):
    """What a clinic's map pin stands for; unknown where its source does not say."""

    ROOFTOP = "rooftop"
    ADDRESS = "address"
    STREET = "street"
    ZIP = "zip"
    CITY = "city"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Pin:
    """Where a clinic is drawn, how that point was obtained, and how precise it is."""

    point: Coordinate
    source: str
    precision: PinPrecision


@dataclass(frozen=True, slots=True)
class Wheelchair:
    """Wheelchair access by feature, each yes, no or unknown."""

    entrance: Answer
    parking: Answer
    restroom: Answer


@dataclass(frozen=True, slots=True)
class Site:
    """One clinic as the directory describes it; None means the fact is not known."""

    site_id: str
    name: str
    street: str
    unit: str | None
    city: str
    state: str
    zip_code: str
    country: str
    phone: str
    fax: str | None
    website: str | None
    npi: str | None
    hours: str | None
    hours_as_of: str | None
    time_zone: str
    pin: Pin | None
    evaluation: Claim
    procedure: Claim
    wheelchair: Wheelchair
    accepting_new_patients: Answer
    source: str
    as_of: date
    verified_on: date | None
    verified_by: str | None
    active: bool
    note: str | None

    @property
    def claims(self) -> dict[ClinicRole, Claim]:
        """What is claimed of each role here."""
        return {ClinicRole.EVALUATION: self.evaluation, ClinicRole.PROCEDURE: self.procedure}

    @property
    def title(self) -> str:
        """The name people tell sites apart by: all sites of a practice may share one name."""
        return f"{self.name} \u2013 {self.city}"

    @property
    def street_line(self) -> str:
        """Street and unit on one line."""
        return f"{self.street}, {self.unit}" if self.unit else self.street

    @property
    def address(self) -> str:
        """The postal address on one line."""
        return f"{self.street_line}, {self.city}, {self.state} {self.zip_code}"


class Precision(StrEnum):
    """What a located place stands for, from the most to the least precise."""

    SITE = "site"
    ADDRESS = "address"
    STREET = "street"
    ZIP = "zip"
    CITY = "city"
    COUNTY = "county"
    STATE = "state"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a search starts: a point that stands for an area.

    `uncertainty_m` is the radius around `point`, in metres, within which about 90 % of the addresses that the
    label covers lie. `notes` say, in a reader's words, how the place was understood.
    """

    label: str
    point: Coordinate
    precision: Precision
    uncertainty_m: float
    source: str
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.uncertainty_m < float("inf"):
            raise ValueError(f"not a radius: {self.uncertainty_m}")


@dataclass(frozen=True, slots=True)
class Located:
    """The text names one place."""

    origin: Origin


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """The text names several places; each candidate's label, typed back, names just that one."""

    candidates: tuple[Origin, ...]


@dataclass(frozen=True, slots=True)
class NotLocated:
    """The text names no known place; `reason` says why and what to type, `suggestions` what may be meant."""

    reason: str
    suggestions: tuple[Origin, ...] = ()


PlaceAnswer = Located | Ambiguous | NotLocated
