"""What the app answers to every ZIP code and every name of a place, as data that a browser looks up."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from locator.geocoding.places import (
    CLOSING,
    COUNTRY,
    FILLER,
    HERE,
    LONE_WORDS,
    LONG_FORMS,
    LONGEST_TEXT,
    NEAR_ME,
    OPENING,
    STATE_NAMES,
    STATES_BY_KEY,
    STREET_ENDS,
    ZIP_WORDS,
    Atlas,
    Gazetteer,
    OfflinePlaces,
    ZipArea,
    keys_of,
)
from locator.language import ENGLISH, Language, speaking
from locator.sites import METRES_PER_MILE, Ambiguous, Located, Origin, PlaceAnswer, Site

NAME: Final = "{name}"
"""Stands in a place's texts for its own name, so that places share their texts."""

_DIGITS: Final = re.compile(r"\d{3,}")
_FIRST_WORDS: Final = re.compile(r"[^(,]*[^(, ]")
_NO_STATE: Final = ""
_ROW_BEFORE_NOTES: Final = 5


@dataclass(frozen=True, slots=True)
class PlaceData:
    """What the browser needs to know of places: `tables` for all languages, `texts` for each of them.

    A row of `tables["rows"]` is a place's name, latitude and longitude in degrees, the radius of its
    uncertainty in miles, and the numbers of its texts: the label first, then the notes. One that says the
    same as another but for one more note, its first, is that row's number and the note.
    """

    tables: Mapping[str, Any]
    texts: Mapping[Language, tuple[str, ...]]


def place_data(gazetteer: Gazetteer, sites: Sequence[Site], spoken: Sequence[Language]) -> PlaceData:
    """Every answer of `OfflinePlaces` to a ZIP code, to its first digits, and to a name, also with a state.

    In each language the same text has the same answer; `spoken` begins with English.
    """
    questions = tuple(_questions(gazetteer))
    places = OfflinePlaces(gazetteer, sites)
    by_language = []
    for language in spoken:
        with speaking(language):
            by_language.append([_origins(places.locate(one.text)) for one in questions])
    rows = _Rows(spoken)
    answers = [
        [rows.number_of(one) for one in zip(*answer, strict=True)]
        for answer in zip(*by_language, strict=True)
    ]
    asked = list(zip(questions, answers, strict=True))
    tables = {
        "rows": rows.packed,
        "zips": {
            one.key: [found[0], one.state, _accepted(gazetteer.zips[one.key])]
            for one, found in asked
            if one.kind == "zip"
        },
        "prefixes": {one.key: found for one, found in asked if one.kind == "prefix" and found},
        "names": _by_key((one, found) for one, found in asked if one.kind == "name" and found),
        "spelling": _spelling(),
    }
    return PlaceData(tables, rows.texts)


@dataclass(frozen=True, slots=True)
class _Question:
    kind: str
    key: str
    state: str
    text: str


def _questions(gazetteer: Gazetteer) -> Iterator[_Question]:
    for code, area in sorted(gazetteer.zips.items()):
        yield _Question("zip", code, area.state, code)
    prefixes = {place.name for place in gazetteer.elsewhere if place.kind == "zip3"}
    for prefix in sorted(prefixes):
        unlisted = (f"{prefix}{end:02}" for end in range(100))
        text = next((code for code in unlisted if code not in gazetteer.zips), None)
        if text is not None:
            yield _Question("prefix", prefix, _NO_STATE, text)
        # Its label is a text to type, which has a row of its own: no ZIP code was unknown there.
        yield _Question("label", prefix, _NO_STATE, f"ZIP codes that begin with {prefix}")
    for code, name in STATE_NAMES.items():
        yield _Question("name", "", code, name)
    for key, states in sorted(Atlas(gazetteer).spellings()):
        yield _Question("name", key, _NO_STATE, key)
        for state in sorted(states):
            yield _Question("name", key, state, f"{key}, {STATE_NAMES[state]}")


def _origins(answer: PlaceAnswer) -> tuple[Origin, ...]:
    """The places of an answer; none where it says that it knows none."""
    if isinstance(answer, Located):
        return (answer.origin,)
    return answer.candidates if isinstance(answer, Ambiguous) else ()


def _accepted(area: ZipArea) -> str:
    """The keys of all names that mail to the ZIP may carry, with spaces between."""
    return " ".join(dict.fromkeys(key for name in (area.city, *area.other_cities) for key in keys_of(name)))


def _by_key(answers: Iterable[tuple[_Question, list[int]]]) -> dict[str, Any]:
    """The rows for each key by the state named with it; where there is but one place, its state and row."""
    found: dict[str, dict[str, list[int]]] = {}
    for one, rows in answers:
        found.setdefault(one.key, {})[one.state] = rows
    return {key: _shortest(by_state) for key, by_state in found.items()}


def _shortest(by_state: dict[str, list[int]]) -> dict[str, list[int]] | list[Any]:
    alone, *others = by_state.items()
    if alone[0] == _NO_STATE and len(alone[1]) == 1 and [rows for _state, rows in others] == [alone[1]]:
        return [others[0][0], alone[1][0]]
    return by_state


def _spelling() -> dict[str, Any]:
    """How a typed text is brought into the form the names are listed in."""
    return {
        "longest": LONGEST_TEXT,
        "long_forms": dict(LONG_FORMS),
        "states": dict(STATES_BY_KEY),
        "opening": sorted(OPENING),
        "closing": sorted(CLOSING),
        "countries": COUNTRY,
        "here": sorted(HERE),
        "filler": sorted(FILLER),
        "lone": sorted(LONE_WORDS),
        "near_me": NEAR_ME,
        "street_ends": sorted(STREET_ENDS),
        "zip_words": sorted(ZIP_WORDS),
    }


def _shortest_miles(metres: float) -> float:
    """The shortest decimal that is this many metres once it is multiplied by the metres of a mile."""
    exact = metres / METRES_PER_MILE
    decimals = (round(exact, digits) for digits in range(1, 17))
    return next((miles for miles in decimals if miles * METRES_PER_MILE == metres), exact)


class _Rows:
    """The places of all answers, each once, and their texts in every language under the same numbers."""

    def __init__(self, spoken: Sequence[Language]) -> None:
        if spoken[0] != ENGLISH:
            raise ValueError("the first language names the places")
        self._spoken = spoken
        self._rows: dict[str, int] = {}
        self._texts: dict[tuple[str, ...], int] = {}

    @property
    def packed(self) -> list[Any]:
        """The rows by number; one that has but a note more than another is that number and the note."""
        return [self._packed(*json.loads(row)) for row in self._rows]

    @property
    def texts(self) -> dict[Language, tuple[str, ...]]:
        """The texts of each language in the order of their numbers."""
        return {
            language: tuple(texts[at] for texts in self._texts) for at, language in enumerate(self._spoken)
        }

    def number_of(self, same: Sequence[Origin]) -> int:
        """The number of one place, given in every language."""
        first = same[0]
        found = _DIGITS.search(first.label) or _FIRST_WORDS.match(first.label)
        name = found[0] if found else first.label
        said = zip(*([one.label, *one.notes] for one in same), strict=True)
        numbers = [self._text(tuple(text.replace(name, NAME) for text in texts)) for texts in said]
        point = (first.point.lat_deg, first.point.lon_deg)
        row = json.dumps([name, *point, _shortest_miles(first.uncertainty_m), *numbers])
        return self._rows.setdefault(row, len(self._rows))

    def _packed(self, *row: Any) -> list[Any]:  # noqa: ANN401 - a name, then numbers
        place, notes = list(row[:_ROW_BEFORE_NOTES]), list(row[_ROW_BEFORE_NOTES:])
        plainer = self._rows.get(json.dumps(place + notes[1:])) if notes else None
        return [*place, *notes] if plainer is None else [plainer, notes[0]]

    def _text(self, texts: tuple[str, ...]) -> int:
        return self._texts.setdefault(texts, len(self._texts))
