"""What people really type, each with its right outcome, and what holds for all of it.

`typed_places.csv` holds a text a row, as patients, relatives and referral staff write it; its outcomes were
decided by what is right for the person and by the shipped gazetteer, not by what the code answers. Its
columns:

- `typed`: the text, line ends included;
- `outcome`: one of `Outcome`;
- `place`: the beginnings of the labels that the outcome needs, joined with a bar; for `refused` the name of
  the `Refusal`; for the others nothing;
- `note`: what the row stands for.
"""

from __future__ import annotations

import csv
import re
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from locator.geocoding.places import (
    STATE_NAMES,
    Gazetteer,
    OfflinePlaces,
    Refusal,
    ZipArea,
    load_gazetteer,
    words_of,
)
from locator.geocoding.places.gazetteer import City
from locator.sites import Ambiguous, Coordinate, Located, NotLocated, Origin, PlaceAnswer
from tests.support.samples import make_site

ROWS: Final = Path(__file__).with_name("typed_places.csv")
SHIPPED: Final = Path(__file__).resolve().parents[2] / "data" / "gazetteer"
CLINICS: Final = (
    make_site(
        "maple-grove",
        Coordinate(45.13, -93.48),
        name="Zzfake Clinics",
        street="9645 Pretend Cir N",
        city="Maple Grove",
        zip_code="55369",
    ),
    make_site(
        "burns-2",
        Coordinate(44.74, -93.27),
        name="Zzfake Clinics",
        street="14000 Makebelieve Ave",
        city="Burnsville",
        zip_code="55337",
    ),
)
HERE: Final = frozenset({"HERE"})
ABROAD: Final = frozenset({"ABROAD", "CANADA"} & Refusal.__members__.keys())
FEWEST_ROWS: Final = 600
FEWEST_OF_A_KIND: Final = 50
LARGE_CITY: Final = 10_000


class Outcome(StrEnum):
    """What a typed text can lead to."""

    PLACED = "placed"
    """One place, and nothing to tell but what is measured from."""
    PLACED_WITH_NOTE = "placed_with_note"
    """One place, and the answer tells what was not used, or how the text was read."""
    ASKED = "asked"
    """Several places, all those of the row among them."""
    SUGGESTED = "suggested"
    """No place, but what may be meant: the first of the row first, the others among the rest."""
    HERE = "here"
    """The search does not know where the person is, and offers no place."""
    ABROAD = "abroad"
    """The place lies outside the United States, and none like it is offered."""
    REFUSED = "refused"
    """No place, for the reason of the row."""


@dataclass(frozen=True, slots=True)
class Row:
    """A text and what is right for the person who typed it."""

    typed: str
    outcome: Outcome
    place: str
    note: str

    @property
    def expected(self) -> str:
        """The outcome in one phrase."""
        return f"{self.outcome} {self.place}".rstrip()

    def is_met_by(self, answer: PlaceAnswer) -> bool:
        """Whether the answer is the right one."""
        labels = [origin.label for origin in offered(answer)]
        met = False
        match answer:
            case Located(origin) if self.outcome in {Outcome.PLACED, Outcome.PLACED_WITH_NOTE}:
                met = self._needs(labels) and bool(told(origin)) is (self.outcome is Outcome.PLACED_WITH_NOTE)
            case Ambiguous() if self.outcome is Outcome.ASKED:
                met = self._needs(labels)
            case NotLocated() if self.outcome is Outcome.SUGGESTED:
                met = self._needs(labels) and begins(labels[0], self.place.split("|")[0])
            case NotLocated() if self.outcome is Outcome.REFUSED:
                met = reason(answer) == self.place
            case NotLocated():
                reasons = {Outcome.HERE: HERE, Outcome.ABROAD: ABROAD}.get(self.outcome, frozenset())
                met = reason(answer) in reasons and not labels
        return met

    def _needs(self, labels: list[str]) -> bool:
        return all(any(begins(label, start) for label in labels) for start in self.place.split("|"))


@cache
def gazetteer() -> Gazetteer:
    return load_gazetteer(SHIPPED)


@cache
def places() -> OfflinePlaces:
    return OfflinePlaces(gazetteer(), CLINICS)


@cache
def rows() -> tuple[Row, ...]:
    with ROWS.open(encoding="utf-8", newline="") as file:
        return tuple(
            Row(row["typed"], Outcome(row["outcome"]), row["place"], row["note"])
            for row in csv.DictReader(file, strict=True)
        )


def begins(label: str, start: str) -> bool:
    """Whether the label is `start`, what it adds being names in brackets or the rest of a number."""
    return label.startswith(start) and re.match(r"$| \(|\d", label[len(start) :]) is not None


def told(origin: Origin) -> list[str]:
    """What the answer tells beyond what it tells of the place itself."""
    itself = places().locate(origin.label)
    assert isinstance(itself, Located), origin.label
    return [note for note in origin.notes if note not in itself.origin.notes]


def reason(answer: NotLocated) -> str:
    """The name of the reason."""
    names = [refusal.name for refusal in Refusal if refusal.sentence == answer.reason]
    assert len(names) == 1, answer.reason
    return names[0]


def offered(answer: PlaceAnswer) -> tuple[Origin, ...]:
    """Every place the answer holds, the one it is placed at included."""
    match answer:
        case Located(origin):
            return (origin,)
        case Ambiguous(candidates):
            return candidates
        case NotLocated(_, suggestions):
            return suggestions


def described(answer: PlaceAnswer) -> str:
    """The answer in one phrase, in the words of the table."""
    labels = "|".join(origin.label for origin in offered(answer))
    match answer:
        case Located(origin):
            notes = told(origin)
            return f"placed_with_note {labels} {notes}" if notes else f"placed {labels}"
        case Ambiguous():
            return f"asked {labels}"
        case NotLocated():
            return f"refused {reason(answer)}" + (f", suggested {labels}" if labels else "")


def test_every_text_that_people_type_has_its_right_outcome() -> None:
    answers = [(row, places().locate(row.typed)) for row in rows()]
    wrong = [
        f"{row.typed!r}\n    right: {row.expected} ({row.note})\n    got:   {described(answer)}"
        for row, answer in answers
        if not row.is_met_by(answer)
    ]
    listed = "\n".join(wrong)
    assert not wrong, f"{len(wrong)} of {len(answers)} texts are not understood as they should be:\n{listed}"


def test_the_texts_are_many_and_of_every_kind(capsys: pytest.CaptureFixture[str]) -> None:
    counts = Counter(row.outcome for row in rows())
    with capsys.disabled():
        listed = ", ".join(f"{outcome} {counts[outcome]}" for outcome in Outcome)
        sys.stdout.write(f"\n{len(rows())} typed places: {listed}\n")
    assert len({row.typed for row in rows()}) == len(rows()) >= FEWEST_ROWS
    assert min(counts[outcome] for outcome in Outcome) >= FEWEST_OF_A_KIND


def test_every_row_says_what_its_outcome_needs() -> None:
    for row in rows():
        needs_no_place = row.outcome in {Outcome.HERE, Outcome.ABROAD}
        assert bool(row.place) is not needs_no_place, row
        assert row.note, row
        if row.outcome is Outcome.REFUSED:
            assert row.place in Refusal.__members__, row
        if row.outcome is Outcome.ASKED:
            assert "|" in row.place, row


# What people say around a place: in front of it, or behind it.
IN_FRONT: Final = (
    *(
        "",
        "near ",
        "clinic near ",
        "closest to ",
        "I live in ",
        "I'm at ",
        "my zip is ",
        "zip code ",
        "from ",
    ),
    *("the ", "cerca de ", "vivo en ", "código postal ", "mi código postal es "),
)
BEHIND: Final = (
    "",
    " please",
    " area",
    ", USA",
    " thanks",
    ".",
    " por favor",
    " gracias",
    ", Estados Unidos",
)
JOINS: Final = (" ", ", ", "/", " or ", " and ")

zip_areas = st.deferred(
    lambda: st.sampled_from(sorted(gazetteer().zips.values(), key=lambda area: area.zip_code))
)
large_cities = st.deferred(
    lambda: st.sampled_from([city for city in gazetteer().cities if (city.population or 0) >= LARGE_CITY])
)
cases: st.SearchStrategy[Callable[[str], str]] = st.sampled_from((str, str.upper, str.lower, str.title))
# No name in any language here is made of these letters alone.
unknown_words = st.lists(st.text("qxzvj", min_size=4, max_size=9), min_size=1, max_size=3).map(" ".join)


@st.composite
def zips_with_a_name(draw: st.DrawFn) -> tuple[ZipArea, str]:
    """A ZIP and a text that holds it and one of its names, in either order."""
    area = draw(zip_areas)
    name = draw(cases)(draw(st.sampled_from((area.city, *area.other_cities))))
    state = draw(st.sampled_from(("", f" {area.state}", f", {STATE_NAMES[area.state]}")))
    pair = draw(st.sampled_from((f"{name}{state} {area.zip_code}", f"{area.zip_code} {name}{state}")))
    return area, draw(st.sampled_from(IN_FRONT)) + pair + draw(st.sampled_from(BEHIND))


@given(zips_with_a_name())
def test_a_zip_with_any_of_its_names_is_placed_by_that_zip(typed: tuple[ZipArea, str]) -> None:
    area, text = typed
    answer = places().locate(text)
    assert isinstance(answer, Located), (text, described(answer))
    assert begins(answer.origin.label, f"ZIP {area.zip_code}"), text


@given(zip_areas, cases, st.sampled_from(IN_FRONT), st.sampled_from(BEHIND))
def test_a_zip_among_what_people_say_is_placed_by_that_zip(
    area: ZipArea, case: Callable[[str], str], front: str, behind: str
) -> None:
    text = case(f"{front}{area.zip_code}{behind}")
    answer = places().locate(text)
    assert isinstance(answer, Located), (text, described(answer))
    assert begins(answer.origin.label, f"ZIP {area.zip_code}"), text


@given(
    st.lists(zip_areas, min_size=2, max_size=2, unique_by=lambda area: area.zip_code), st.sampled_from(JOINS)
)
def test_two_zips_are_both_offered(areas: list[ZipArea], join: str) -> None:
    text = join.join(area.zip_code for area in areas)
    answer = places().locate(text)
    assert isinstance(answer, Ambiguous), (text, described(answer))
    for area in areas:
        assert any(begins(one.label, f"ZIP {area.zip_code}") for one in answer.candidates), text


@given(large_cities, unknown_words, st.booleans(), cases)
def test_a_city_among_unknown_words_is_found_or_suggested(
    city: City, unknown: str, city_first: bool, case: Callable[[str], str]
) -> None:
    text = case(f"{city.name} {unknown}" if city_first else f"{unknown} {city.name}")
    answer = places().locate(text)
    assert any(origin.point == city.point for origin in offered(answer)), (text, described(answer))
    if isinstance(answer, Located):
        assert told(answer.origin), f"{text!r}: nothing tells that {unknown!r} was not used"


def test_every_zip_with_each_of_its_names_behind_other_words_is_placed_by_that_zip() -> None:
    """All of them, as a name may end like another: Black River Falls like River Falls."""
    for area in gazetteer().zips.values():
        for name in (area.city, *area.other_cities):
            for text in (f"my zip is {name} {area.zip_code}", f"qxzvj {name} {area.zip_code}"):
                answer = places().locate(text)
                assert isinstance(answer, Located), (text, described(answer))
                assert begins(answer.origin.label, f"ZIP {area.zip_code}"), text


def test_a_city_behind_unknown_words_is_never_taken_for_one_its_name_ends_like() -> None:
    for city in gazetteer().cities:
        answer = places().locate(f"qxzvj {city.name}")
        if isinstance(answer, Located):
            assert answer.origin.point == city.point, (city.name, described(answer))


# Two letters that stand for a state and for no word, street, direction or title.
PLAIN_CODES: Final = frozenset(words_of("AZ GA IA IL KS KY MN NC NH NJ NM NV NY RI SC TN TX UT VT WI WV WY"))
# Those that a person may well mean as a word or a medical abbreviation.
WORD_CODES: Final = words_of("me in or ok oh md ms va pa ma la id")
FILLERS: Final = words_of(
    "near clinic clinics closest nearest to the a i live my is from by at around please"
)


def states_named(text: str) -> set[str]:
    """The states that a text names by a full name, or by a code that is nothing else."""
    words = " ".join(re.findall(r"[^\W_]+", text.casefold()))
    by_name = {code for code, name in STATE_NAMES.items() if re.search(rf"\b{name.casefold()}\b", words)}
    return by_name | {code.upper() for code in PLAIN_CODES.intersection(words.split())}


def state_of(label: str) -> str | None:
    """The state in which the label says that the place lies; None for a clinic's, which names its city."""
    if code := re.search(r"[,(] ?([A-Z]{2})\)?$", label):
        return code[1]
    codes = {name: code for code, name in STATE_NAMES.items()}
    in_brackets = re.search(r"\((.+)\)$", label)
    return codes.get(label.removesuffix(" (state)")) or codes.get(in_brackets[1] if in_brackets else "")


@st.composite
def made_of_places(draw: st.DrawFn) -> str:
    """Names, ZIP codes, states, fillers and unknown words in any order."""
    word = st.one_of(
        zip_areas.map(lambda area: area.zip_code),
        zip_areas.map(lambda area: area.city),
        st.deferred(lambda: st.sampled_from(gazetteer().elsewhere)).map(lambda place: place.name),
        st.sampled_from((*STATE_NAMES, *STATE_NAMES.values())),
        st.sampled_from((*FILLERS, *WORD_CODES, ",", "(", ")", "/", "and", "12", "Main St", "County")),
        unknown_words,
    )
    return " ".join(draw(st.lists(word, min_size=1, max_size=7)))


@given(st.one_of(st.text(max_size=400), made_of_places()))
@example("Edina, WI")
@example("55407 Iowa")
@example("University of Wisconsin")
@example("RI 54001 Amery")
def test_no_text_is_placed_in_another_state_than_it_names_without_a_note(text: str) -> None:
    answer = places().locate(text)
    if not isinstance(answer, Located) or told(answer.origin):
        return
    label = answer.origin.label
    # "Virginia" and "Wyoming" are cities here, and "Washington" a county: the label then holds the name.
    named = {code for code in states_named(text) if STATE_NAMES[code].casefold() not in label.casefold()}
    state = state_of(label)
    assert not named or state is None or state in states_named(text), (text, label)


@given(st.lists(st.sampled_from((*FILLERS, *WORD_CODES)), min_size=1, max_size=8).map(" ".join), cases)
@example("clinic near me", str)
@example("I live in", str)
@example("VA clinic", str)
def test_words_around_a_place_are_no_place(text: str, case: Callable[[str], str]) -> None:
    answer = places().locate(case(text))
    assert isinstance(answer, NotLocated), (text, described(answer))
