"""The referral page's content file, which staff edit: visits, criteria and what to send along, as values.

It is written in English; each of its texts is translated by itself.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Final, Literal, get_args

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from locator.errors import ContentInvalidError
from locator.files import BY_HAND_BYTES, read_text
from locator.language import clinical
from locator.referral.criteria import Criterion
from locator.referral.journey import (
    EVALUATION_VISIT,
    MOST_TIMES,
    PROGRAMMING_VISIT,
    Journey,
    Visit,
    VisitPlace,
)

_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
_Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
_Kind = Literal["yes_no", "choices"]
_TEXT: Final = "use text of 1 to 1,000 characters, in quotes"
_ID: Final = "use lower-case letters, digits and single hyphens, such as check-up"
_TEXTS: Final = "use a list of one or more texts, in brackets, each in quotes"
_NEEDED_VISITS: Final = (EVALUATION_VISIT, PROGRAMMING_VISIT)
# The type of a problem that a rule of ours found.
_RULE: Final = "rule"


@dataclass(frozen=True, slots=True)
class SendAlong:
    """What to send along with a referral, and what that list rests on."""

    basis: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReferralContent:
    """What the referral page says, who says so, and the day that source was read."""

    source: str
    read_on: date
    journey: Journey
    criteria: tuple[Criterion, ...]
    send_along: SendAlong


class _Table(BaseModel):
    """A table of the file; each field's description says what to write there."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class _VisitTable(_Table):
    id: _Id = Field(description=_ID)
    name: _Text = Field(description=_TEXT)
    place: VisitPlace = Field(strict=False, description='use "evaluation" or "procedure"')
    times: int = Field(ge=0, le=MOST_TIMES, description=f"use a whole number from 0 to {MOST_TIMES}")
    when: _Text = Field(description=_TEXT)
    reason: _Text = Field(description=_TEXT)
    basis: _Text = Field(description=_TEXT)

    @field_validator("place")
    @classmethod
    def _evaluated_at_the_clinic(cls, place: VisitPlace, info: ValidationInfo) -> VisitPlace:
        if info.data.get("id") == EVALUATION_VISIT and place is not VisitPlace.EVALUATION:
            raise _wrong(f'the visit "{EVALUATION_VISIT}" takes place at "{VisitPlace.EVALUATION}"')
        return place

    def visit(self) -> Visit:
        return Visit(self.id, self.name, self.place, self.times, self.when, self.reason, self.basis)


class _CriterionTable(_Table):
    id: _Id = Field(description=_ID)
    group: _Text = Field(description=_TEXT)
    text: _Text = Field(description=_TEXT)
    kind: _Kind = Field(description=f"use {' or '.join(get_args(_Kind))}, in quotes")
    choices: list[_Text] | None = Field(None, min_length=1, validate_default=True, description=_TEXTS)
    none: _Text | None = Field(None, description=_TEXT)
    ask: _Text | None = Field(None, validate_default=True, description=_TEXT)

    @field_validator("choices", "none", "ask")
    @classmethod
    def _goes_with_the_kind(cls, value: object, info: ValidationInfo) -> object:
        kind = info.data.get("kind")
        if kind == "yes_no" and value is not None:
            raise _wrong('leave it out, or use kind = "choices"')
        if kind == "choices" and value is None:
            raise _wrong('add it, or use kind = "yes_no"')
        return value

    @field_validator("choices", "none")
    @classmethod
    def _told_apart(cls, value: list[str] | str | None, info: ValidationInfo) -> object:
        named = [value] if isinstance(value, str) else value or []
        repeated = _repeated([*(info.data.get("choices") or []), *named])
        if repeated:
            raise _wrong(f"name each choice once; twice here: {', '.join(repeated)}")
        return value

    def criterion(self) -> Criterion:
        return Criterion(self.id, self.group, self.text, tuple(self.choices or ()), self.none, self.ask)


class _SendAlongTable(_Table):
    basis: _Text = Field(description=_TEXT)
    items: list[_Text] = Field(min_length=1, description=_TEXTS)


class _Content(_Table):
    source: _Text = Field(description=_TEXT)
    read_on: date = Field(description="use a day without quotes, such as 2026-11-22")
    visit: list[_VisitTable] = Field(min_length=1, description="use one table [[visit]] for each visit")
    criterion: list[_CriterionTable] = Field(
        min_length=1, description="use one table [[criterion]] for each criterion"
    )
    send_along: _SendAlongTable = Field(description="use the table [send_along]")


_TABLES: Final[Mapping[str, type[_Table]]] = {
    "visit": _VisitTable,
    "criterion": _CriterionTable,
    "send_along": _SendAlongTable,
}


def read_content(path: Path) -> ReferralContent:
    """The content in the TOML file `path`.

    Raises ContentInvalidError, naming the file and, for every problem at once, its place and what to do.
    """
    raw = _read_toml(path)
    problems = list(_problems_between_tables(raw))
    try:
        content = _Content(**raw)
    except ValidationError as exc:
        problems = [*map(_problem, exc.errors()), *problems]
        raise _invalid(path, problems) from exc
    if problems:
        raise _invalid(path, problems)
    return ReferralContent(
        source=content.source,
        read_on=content.read_on,
        journey=Journey(tuple(visit.visit() for visit in content.visit)),
        criteria=tuple(criterion.criterion() for criterion in content.criterion),
        send_along=SendAlong(content.send_along.basis, tuple(content.send_along.items)),
    )


def _invalid(path: Path, problems: Iterable[str]) -> ContentInvalidError:
    return ContentInvalidError("\n".join(f"{path.name}: {problem}" for problem in problems))


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(read_text(path, encoding="utf-8-sig", most_bytes=BY_HAND_BYTES))
    except OSError as exc:
        raise ContentInvalidError(f"{path.name} cannot be read: {exc.strerror}") from exc
    except UnicodeDecodeError as exc:
        raise ContentInvalidError(f"{path.name} is not UTF-8 text: save it as UTF-8") from exc
    except tomllib.TOMLDecodeError as exc:
        raise ContentInvalidError(f"{path.name} is not valid TOML: {exc}") from exc


def _problem(detail: ErrorDetails) -> str:
    """One problem: where it is, the value there and what to do."""
    loc = detail["loc"]
    names = [part for part in loc if isinstance(part, str)]
    model = _TABLES.get(names[0], _Content) if names[1:] else _Content
    where = _place(loc)
    if detail["type"] == "extra_forbidden":
        close = get_close_matches(names[-1], model.model_fields, n=1)
        advice = f"did you mean {close[0]}?" if close else f"there are {', '.join(model.model_fields)}"
        return f"{where} is not a field: {advice}"
    allowed = model.model_fields[names[-1]].description
    if detail["type"] == _RULE:
        allowed = detail["msg"]
    if detail["type"] == "missing" or detail["input"] is None:
        return f"{where} is missing: {allowed}"
    return f"{where} is {repr(detail['input'])[:80]}: {allowed}"


def _place(loc: Iterable[str | int]) -> str:
    """Where a problem is, counted from 1: ("visit", 2, "times") is "visit 3, times"."""
    return "".join(f" {part + 1}" if isinstance(part, int) else f", {part}" for part in loc).removeprefix(
        ", "
    )


def _problems_between_tables(raw: Mapping[str, Any]) -> Iterator[str]:
    """What no table shows by itself: an id used twice, and a visit that the page cannot do without."""
    for kind in ("visit", "criterion"):
        for name in _repeated(_ids(raw, kind)):
            yield f'{kind}, id: "{name}" is the id of more than one; give each its own'
    for name in _NEEDED_VISITS:
        if name not in _ids(raw, "visit"):
            yield f'visit, id: no visit has the id "{name}"; add it, with times = 0 if it does not take place'


def _ids(raw: Mapping[str, Any], kind: str) -> list[str]:
    tables = raw.get(kind)
    found = (
        [table.get("id") for table in tables if isinstance(table, dict)] if isinstance(tables, list) else []
    )
    return [name for name in found if isinstance(name, str)]


def _repeated(words: Iterable[str]) -> list[str]:
    return [word for word, times in Counter(words).items() if times > 1]


def _wrong(why: str) -> PydanticCustomError:
    # Braces in a template are filled in; this text, which staff wrote in part, is none.
    return PydanticCustomError(_RULE, "{why}", {"why": why})


def texts(content: ReferralContent) -> Iterator[str]:
    """Every text of the content that a person reads, in the order of the file; some may come twice."""
    yield content.source
    for visit in content.journey.visits:
        yield from (visit.name, visit.when, visit.reason, visit.basis)
    for one in content.criteria:
        yield from (one.group, one.text, *one.all_choices)
        if one.ask is not None:
            yield one.ask
    yield content.send_along.basis
    yield from content.send_along.items


def in_current_language(content: ReferralContent) -> ReferralContent:
    """The same content translated; a text without a translation stays as it is, and so do ids and numbers.

    Choices that a translation would make alike stay as they are, all of that criterion: they could not be
    told apart.
    """
    return ReferralContent(
        source=_said(content.source),
        read_on=content.read_on,
        journey=Journey(tuple(_visit(visit) for visit in content.journey.visits)),
        criteria=tuple(_criterion(one) for one in content.criteria),
        send_along=SendAlong(
            _said(content.send_along.basis), tuple(_said(item) for item in content.send_along.items)
        ),
    )


def _said(text: str) -> str:
    return clinical(text) or text


def _visit(visit: Visit) -> Visit:
    return replace(
        visit,
        name=_said(visit.name),
        when=_said(visit.when),
        reason=_said(visit.reason),
        basis=_said(visit.basis),
    )


def _criterion(criterion: Criterion) -> Criterion:
    choices = tuple(_said(choice) for choice in criterion.all_choices)
    if len(set(choices)) < len(choices):
        choices = criterion.all_choices
    counting = len(criterion.choices)
    return replace(
        criterion,
        group=_said(criterion.group),
        text=_said(criterion.text),
        choices=choices[:counting],
        none=None if criterion.none is None else choices[-1],
        ask=None if criterion.ask is None else _said(criterion.ask),
    )
