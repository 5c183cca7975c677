"""Which columns of a table hold the parts of an address, whatever the table calls them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from locator.cli.matching.rows import ColumnsUnfitError
from locator.clinics import Problem
from locator.geocoding.places import words_of

PARTS: Final = ("address", "city", "state", "zip")
"""The parts of an address; a header may give their columns other names."""

# A row without any of these has no place.
_PLACING: Final = ("address", "city", "zip")
_IN_WORDS: Final = MappingProxyType({"zip": "ZIP code"})
_MARKS: Final = MappingProxyType({";": "semicolons", "\t": "tabs", "|": "bars"})
_MOST_NAMED: Final = 10

# As `_key` has them: letters and digits alone, so that "Zip Code", "zip_code" and "ZIPCODE" are one.
_NAMES: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        part: frozenset(names.split())
        for part, names in {
            "address": "address addr address1 addr1 addressline1 addressline line1 street street1"
            " streetaddress streetaddress1 streetname fulladdress addressfull completeaddress direccion calle"
            " domicilio",
            "city": "city town citytown cityortown townorcity townorvillage cityname townname municipality"
            " locality addresslocality ciudad municipio",
            "state": "state st usstate statecode stateabbr stateabbrev stateabbreviation statename"
            " stateprovince stateorprovince provincestate addressregion estado",
            "zip": "zip zipcode zipcodes zip5 zipcode5 zip5digit zipcode5digit zip9 zipplus4 zippostal"
            " zippostalcode ziporpostalcode postalzip postalzipcode postalcode postalcodezip postcode postal"
            " zcta zcta5 codigopostal codigozip",
            "latitude": "latitude lat latdeg latitudedeg latitud",
            "longitude": "longitude lon lng long londeg longitudedeg longitud",
        }.items()
    }
)
# What may stand in front of such a name: it says whose or which place it is.
_WHOSE: Final = words_of(
    "patient client member person customer household participant respondent employee contact provider"
    " clinic facility hospital healthcenter site organization org practice office business primary main home"
    " residence residential res mailing mail physical location permanent current legal billing shipping"
    " firstline addr address"
)
# A name with one of these words may be meant for a place, even where it is not known here.
_OF_PLACES: Final = frozenset(
    words_of("zip zipcode postal postcode city town state address addr street county")
)
_CAMEL: Final = re.compile("(?<=[a-z])(?=[A-Z])")
_LETTERS: Final = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Columns:
    """How many cells a row has, and the index of each of PARTS that the table has, in the order of PARTS."""

    width: int
    at: Mapping[str, int]


def find_columns(header: Sequence[str], names: Mapping[str, str]) -> Columns:
    """The columns of a header that hold PARTS.

    `names` says what the header calls some of PARTS; these must be there, whatever their case. The others are
    looked for as `columns_for` does. Raises ColumnsUnfitError, whose text holds nothing of a first line in
    which no column is found: where a table has no header, a person's address stands in its place.
    """
    at: dict[str, int] = {}
    for part in PARTS:
        found = columns_for(part, header, names.get(part, part))
        if len(found) > 1:
            raise ColumnsUnfitError(_several(part, [header[index] for index in found]))
        if found:
            at[part] = found[0]
        elif part in names:
            raise ColumnsUnfitError(f"The table's first line has no column {names[part]}.")
    if not any(part in at for part in _PLACING):
        _refuse_other_marks(header)
        raise ColumnsUnfitError(
            "The table's first line names no column address, city or zip."
            " Where they have other names, give those with --address, --city, --state and --zip."
        )
    return Columns(len(header), at)


def _refuse_other_marks(header: Sequence[str]) -> None:
    """Raise ColumnsUnfitError, with the mark, if other marks than commas stand between the names."""
    for mark, name in _MARKS.items():
        cells = ",".join(header).split(mark)
        if any(columns_for(part, cells, part) for part in _PLACING if len(cells) > 1):
            raise ColumnsUnfitError(
                f"The table has {name} between its cells, and this command reads commas: save it as CSV UTF-8"
                " (comma delimited)."
            )


def columns_for(part: str, header: Sequence[str], name: str) -> list[int]:
    """The indexes of the columns that may hold a part of an address: one where it is clear which.

    They are those called `name`, whatever its case. Where that is the part itself and there are none, they
    are those with another known name for it, and at last those whose known name follows a word that says
    whose place it is, such as "Home ZIP" or "Site Postal Code". Names are known by their letters and digits
    alone.
    """
    folded = _folded(name)
    named = [at for at, one in enumerate(header) if _folded(one) == folded]
    if named or folded != part:
        return named
    keys = list(map(_key, header))
    known = [at for at, key in enumerate(keys) if key in _NAMES[part]]
    return known or [at for at, key in enumerate(keys) if _NAMES[part] & set(_without_whose(key))]


def remarks(header: Sequence[str], columns: Columns) -> list[str]:
    """What to tell of the choice of columns: those known by another name, and those that were not used.

    Of the latter, those whose names speak of places; all of them where no column of ZIP codes was found.
    """
    taken = [
        f"{_IN_WORDS.get(part, part)} from {_shown(header[at])}"
        for part, at in columns.at.items()
        if _folded(header[at]) != part
    ]
    others = [name for at, name in enumerate(header) if at not in columns.at.values() and name.strip()]
    unused = [name for name in others if "zip" not in columns.at or _is_of_places(name)]
    sentences = [f"Read the {', the '.join(taken)}."] if taken else []
    if unused:
        which = "Columns that were not used" if "zip" in columns.at else "No ZIP codes were found. Not used"
        sentences.append(
            f"{which}: {_list_of(unused)}. If one holds a part of the address, name it with --address,"
            " --city, --state or --zip."
        )
    return sentences


def refuse_taken(header: Sequence[str], added: Collection[str], prefix: str) -> None:
    """Raise ColumnsUnfitError if the table has a column of a name that is to be added."""
    own = set(map(_folded, header))
    clashes = [name for name in added if _folded(name) in own]
    if clashes:
        raise ColumnsUnfitError(
            f"The table already has a column {clashes[0]}, and new ones begin with {prefix}."
            " Give another beginning with --prefix."
        )


def _several(part: str, names: Sequence[str]) -> str:
    if len(set(map(_folded, names))) == 1:
        return f"The table has more than one column {_folded(names[0])}: give each a name of its own."
    return (
        f"More than one column may hold the {_IN_WORDS.get(part, part)}: {_list_of(names)}."
        f" Name the right one with --{part}."
    )


def _folded(name: str) -> str:
    return name.strip().casefold()


def _key(name: str) -> str:
    """The name's letters and digits, small and without accents."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    return "".join(character for character in plain if character.isalnum())


def _without_whose(key: str) -> Iterator[str]:
    """What is left of the key after each of the words of _WHOSE that it begins with."""
    for word in _WHOSE:
        if key.startswith(word) and key != word:
            rest = key.removeprefix(word)
            yield rest
            yield from _without_whose(rest)


def _is_of_places(name: str) -> bool:
    words = _LETTERS.findall(_CAMEL.sub(" ", name).casefold())
    return not _OF_PLACES.isdisjoint(words)


def _list_of(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMED
    listed = ", ".join(map(_shown, names[:_MOST_NAMED]))
    return f"{listed} and {more:,} more" if more > 0 else listed


def _shown(name: str) -> str:
    # A name from a file may hold anything.
    return f'"{Problem.of(None, None, name.strip(), "").value}"'
