"""Parsing a US postal address and writing it out in full, as street-level services expect it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from types import MappingProxyType
from typing import Final

from locator.geocoding import PostalAddress
from locator.geocoding.places import LONGEST_TEXT, is_street, split_state, words_of


@dataclass(frozen=True, slots=True)
class Forms:
    """Short forms without dots in small letters, and what they stand for.

    With `not_last`, a name's last word is never one of them: "St" there is a street, not a saint.
    """

    written_out: Mapping[str, str]
    not_last: bool = False


def _pairs(text: str) -> Mapping[str, str]:
    words = text.split()
    return MappingProxyType(dict(zip(words[::2], words[1::2], strict=True)))


_SAINTS: Final = _pairs("st Saint mt Mount ft Fort")
AS_IT_IS: Final = Forms(_pairs(""))
DIRECTION: Final = Forms(
    _pairs("n North s South e East w West ne Northeast nw Northwest se Southeast sw Southwest")
)
STREET_TYPE: Final = Forms(
    _pairs(
        "aly Alley av Avenue ave Avenue blf Bluff blvd Boulevard bnd Bend cir Circle cres Crescent crk Creek "
        "ct Court ctr Center curv Curve cv Cove dr Drive expy Expressway fwy Freeway gdns Gardens gln Glen "
        "grn Green grv Grove hl Hill hls Hills holw Hollow hts Heights hwy Highway knl Knoll la Lane ln Lane "
        "lndg Landing mdws Meadows mnr Manor pk Park pkwy Parkway pky Parkway pl Place plz Plaza pt Point "
        "rd Road rdg Ridge rte Route shrs Shores sq Square st Street str Street ter Terrace trce Trace "
        "trl Trail vly Valley vw View wy Way xing Crossing"
    )
)
STREET_NAME: Final = Forms(_SAINTS, not_last=True)
CITY: Final = Forms(MappingProxyType({**DIRECTION.written_out, **_SAINTS}), not_last=True)
UNIT_TYPE: Final = Forms(
    _pairs(
        "apt Apartment bldg Building dept Department fl Floor flr Floor rm Room spc Space ste Suite "
        "trlr Trailer"
    )
)

_ORDINAL: Final = re.compile(r"[0-9]+(?:st|nd|rd|th)", re.IGNORECASE | re.ASCII)
_INITIALS: Final = re.compile(r"(?:^|(?<=-))[^\W\d_]")


def spelled(text: str, forms: Forms) -> str:
    """The words up to any comma, written out and with capital initials, also where all were capitals."""
    text = text.partition(",")[0]
    words = [word for word in text.split() if word.strip(".")]
    if text.isupper():
        words = [word.lower() for word in words]
    last = len(words) - 1
    return " ".join(
        _word(word, AS_IT_IS if forms.not_last and at == last else forms) for at, word in enumerate(words)
    )


def _word(word: str, forms: Forms) -> str:
    full = forms.written_out.get(word.replace(".", "").lower())
    if full is not None:
        return full
    word = word.removesuffix(".")
    if _ORDINAL.fullmatch(word):
        return word.lower()
    if not word.islower():
        return word
    has_digit = any(map(str.isdecimal, word))
    return (
        word.upper() if has_digit or len(word) == 1 else _INITIALS.sub(lambda match: match[0].upper(), word)
    )


_STREET_LABELS: Final = MappingProxyType(
    {
        "AddressNumberPrefix": AS_IT_IS,
        "AddressNumber": AS_IT_IS,
        "AddressNumberSuffix": AS_IT_IS,
        "StreetNamePreModifier": AS_IT_IS,
        "StreetNamePreDirectional": DIRECTION,
        "StreetNamePreType": STREET_TYPE,
        "StreetName": STREET_NAME,
        "StreetNamePostType": STREET_TYPE,
        "StreetNamePostModifier": AS_IT_IS,
        "StreetNamePostDirectional": DIRECTION,
    }
)
_UNIT_LABELS: Final = MappingProxyType(
    {
        "SubaddressType": UNIT_TYPE,
        "SubaddressIdentifier": AS_IT_IS,
        "OccupancyType": UNIT_TYPE,
        "OccupancyIdentifier": AS_IT_IS,
    }
)

_ID: Final = r"[ -]*(?P<id>[a-z]?[0-9]{1,3}[a-z]?)"
# A county road is also called by a letter, or a letter said twice.
_COUNTY_ID: Final = r"[ -]*(?P<id>[a-z]?[0-9]{1,3}[a-z]?|(?P<letter>[a-z])(?P=letter)?)"
_HIGHWAY: Final = r"(?:highway|hwy|route|rte)\b\.?"
_COUNTY: Final = r"(?:county|cnty|cty|co)\b\.?[ ]"
_STATE: Final = r"(?:state[ ]trunk|state|trunk|minnesota|wisconsin|mn|wi)[ ]"
# The kinds of numbered road in Minnesota and Wisconsin, the more telling first, and what each is written as.
_NUMBERED_ROADS: Final = tuple(
    (re.compile(rf"{kind}{road_id}(?![\w/-])", re.ASCII | re.IGNORECASE), written)
    for kind, road_id, written in (
        (rf"(?:csah|cr|{_COUNTY}(?:state[ -]aid[ ])?(?:road|rd)\b\.?)", _COUNTY_ID, "County Road"),
        (rf"(?:cth|{_COUNTY}(?:state[ -]aid[ ]|trunk[ ])?{_HIGHWAY})", _COUNTY_ID, "County Highway"),
        (rf"u\.?[ ]?s\.?(?:[ -]*{_HIGHWAY})?", _ID, "US Highway"),
        (r"(?:interstate(?:[ ](?:highway|hwy))?|i)\b", _ID, "Interstate"),
        (rf"(?:{_STATE}{_HIGHWAY}|mn\b|wi\b|th\b|sth\b)", _ID, "State Highway"),
        (_HIGHWAY, _ID, "Highway"),
    )
)
_HOUSE: Final = re.compile(
    r"(?:^|(?<=[ ,]))[a-z]?[0-9][\w-]*(?:[ ][0-9]/[0-9])?[ ]"
    r"(?:(?:[nsew]|[ns][ew]|north|south|east|west|old)\.?[ ])?",
    re.ASCII | re.IGNORECASE,
)
_ROAD_STAND_IN: Final = "Highway 10"
_TOWN_STAND_IN: Final = ", Minneapolis, MN 55401"

# Whom the mail is for, up to a comma or to what begins like a house number and street.
_ATTENTION: Final = re.compile(
    r"\W*(?:attn|attention|c/o|care of)\b(?:.*?[ ](?=[0-9]+[ ]\w+[ ]\w+)|.*)", re.IGNORECASE
)
# Other states' codes can end a street ("Ct"), so those are left to the parser.
_TAIL: Final = re.compile(
    r"(?P<front>.*?)(?:(?:^|[ ,]+)(?P<state>mn|minn|minnesota|wi|wis|wisc|wisconsin)\b\.?)?"
    r"(?:(?:^|[ ,]+)(?P<zip>[0-9]{5})(?:[- ]?[0-9]{4})?)?(?:[ ,]+(?:u\.?s\.?(?:a\.?)?|united states))?[ .,]*",
    re.IGNORECASE | re.ASCII,
)
_CROSSING: Final = re.compile(r"(?:^|[ ])(?:and|at|&|@)[ ]", re.IGNORECASE)
_UNIT_OPENINGS: Final = frozenset(
    {*UNIT_TYPE.written_out, *map(str.lower, UNIT_TYPE.written_out.values()), "unit", "lot"}
)
_DIGIT: Final = re.compile("[0-9]")
_RUN_IN_FRACTION: Final = re.compile("(?<=[0-9])(?=[\u00bc-\u00be\u2150-\u215e])")
# The parser keeps its state in one object for the whole process.
_ONE_AT_A_TIME: Final = Lock()


def parse_address(text: str) -> PostalAddress | None:
    """The address in the text, its street and city written out in full; None where no part of one is seen.

    `street` is None unless there is a house number with a street name: not for a PO box, a crossing of two
    streets or a bare street. Whom the mail is for is dropped. Reads any text; never raises.
    """
    plain = _plain(text)
    if not plain or len(plain) > LONGEST_TEXT:
        return None
    front, place = _split_tail(plain)
    front, road = _without_numbered_road(front)
    labelled = _labelled(front + (_TOWN_STAND_IN if place.city else _tail(place))) if front else {}
    if labelled is None:
        return None
    address = PostalAddress(
        street=_street(labelled, road),
        unit=_unit(labelled),
        city=_city(place.city or labelled.get("PlaceName", "")),
        state=place.state or (None if place.city else _state(labelled.get("StateName", ""))),
        zip_code=place.zip_code,
    )
    return address if address != PostalAddress() else None


def _plain(text: str) -> str:
    """One line with plain spaces, without the lines that say whom the mail is for."""
    text = unicodedata.normalize("NFKC", _RUN_IN_FRACTION.sub(" ", text)).replace("\u2044", "/")
    parts = (_ATTENTION.sub("", " ".join(part.split()), count=1) for part in re.split(r"[,;\r\n]", text))
    return ", ".join(part for part in parts if part)


def _split_tail(text: str) -> tuple[str, PostalAddress]:
    """What stands before city, state and ZIP, and those three, as far as commas and spelling show them."""
    tail = _TAIL.fullmatch(text)
    if tail is None:
        return text, PostalAddress()
    front, state, zip_code = tail["front"], _state(tail["state"] or ""), tail["zip"]
    rest, _, last = front.rpartition(", ")
    if (zip_code or state) and _reads_as_city(last):
        return rest, PostalAddress(city=last, state=state, zip_code=zip_code)
    return front, PostalAddress(state=state, zip_code=zip_code)


def _tail(place: PostalAddress) -> str:
    return f", {place.one_line}" if place.one_line else ""


def _reads_as_city(part: str) -> bool:
    words = words_of(part)
    # "Hartford, CT 06101" has nothing in its last part but a state.
    is_name = not is_street(words) and bool(split_state(words)[0])
    return is_name and not (_DIGIT.search(part) or _CROSSING.search(part) or _is_unit(words))


def _is_unit(words: Sequence[str]) -> bool:
    return bool(words) and words[0] in _UNIT_OPENINGS


def _without_numbered_road(text: str) -> tuple[str, str | None]:
    """Replace a numbered road by one that the parser knows well; also returns its name written out.

    The parser mistakes "County Road B2" and "CSAH 42" for house numbers and towns more often than not.
    """
    house = _HOUSE.search(text)
    for pattern, written in _NUMBERED_ROADS if house else ():
        road = pattern.match(text, house.end()) if house else None
        if road:
            rest = f"{text[: road.start()]}{_ROAD_STAND_IN}{text[road.end() :]}"
            return rest, f"{written} {road['id'].upper()}"
    return text, None


def _labelled(text: str) -> Mapping[str, str] | None:
    """What the parser calls each part, in order; None where it contradicts itself."""
    import usaddress  # noqa: PLC0415 - loading its model costs time that most commands need not spend

    try:
        with _ONE_AT_A_TIME:
            labelled, _ = usaddress.tag(text)
    except usaddress.RepeatedLabelError:
        return None
    return dict(labelled)


def _street(labelled: Mapping[str, str], road: str | None) -> str | None:
    """House number and street; None where either is missing or the text names a crossing."""
    is_crossing = "IntersectionSeparator" in labelled
    if is_crossing or "StreetName" not in labelled or not _DIGIT.search(labelled.get("AddressNumber", "")):
        return None
    street = _joined(labelled, _STREET_LABELS)
    if road is None:
        return street
    return street.replace(_ROAD_STAND_IN, road) if _ROAD_STAND_IN in street else None


def _unit(labelled: Mapping[str, str]) -> str | None:
    return _joined(labelled, _UNIT_LABELS).replace("# ", "#") or None


def _city(text: str) -> str | None:
    """The city written out; None for a unit, and for what a crossing leaves behind, such as "at Nicollet"."""
    city = spelled(text, CITY)
    is_name = any(map(str.isalpha, city)) and not _CROSSING.match(city) and not _is_unit(words_of(city))
    return city if is_name else None


def _state(text: str) -> str | None:
    return split_state(words_of(text))[1]


def _joined(labelled: Mapping[str, str], labels: Mapping[str, Forms]) -> str:
    parts = (spelled(part, labels[label]) for label, part in labelled.items() if label in labels)
    return " ".join(part for part in parts if part)
