"""What each kind of setting may be: plain text, names of hosts, URLs that are safe where they end up.

And in which words an operator reads of a wrong one: pydantic's own messages speak of its types.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, time
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Final

from annotated_types import Ge, Gt, Le, Lt
from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, StringConstraints
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from pydantic_settings import NoDecode

_BY_TYPE: Final = {
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "path_type": "a path in quotation marks",
    "string_type": "text in quotation marks",
    "string_too_short": "text that is not empty",
    "tuple_type": 'a list, such as ["first", "second"]',
    "dict_type": "a table, one line for each of its keys",
    "mapping_type": "a table, one line for each of its keys",
    "model_type": "a table, one line for each of its keys",
}
_NUMBERS: Final = ("int_", "float_", "finite_", "greater_", "less_")
_KINDS: Final[Sequence[tuple[type | tuple[type, ...], str]]] = (
    (bool, "true or false"),
    ((int, float), "a number"),
    (list, "a list"),
    (dict, "a table"),
    ((date, time), "a date or a time"),
)


def allowed(detail: ErrorDetails, model: type[BaseModel]) -> str:
    """What may stand at the place of an error in settings that are made as `model`."""
    kind = detail["type"]
    if kind == "value_error":
        return detail["msg"].removeprefix("Value error, ")
    if kind.startswith(_NUMBERS):
        instead = "" if _is_number(detail["input"]) else _not_this(detail["input"])
        return f"{_number(_field(detail['loc'], model))}{instead}"
    if kind == "string_too_long":
        return f"text of at most {detail['ctx']['max_length']} characters"
    return f"{_BY_TYPE[kind]}{_not_this(detail['input'])}"


def _field(path: Sequence[int | str], model: type[BaseModel]) -> FieldInfo:
    """The field that a path names, inside a table of settings too."""
    field = model.model_fields[str(path[0])]
    table = field.annotation
    if len(path) > 1 and isinstance(table, type) and issubclass(table, BaseModel):
        return _field(path[1:], table)
    return field


def _number(field: FieldInfo) -> str:
    """The numbers that a field takes: "a whole number from 1 to 240"."""
    noun = "a whole number" if field.annotation is int else "a number"
    low, high = "", ""
    for limit in field.metadata:
        match limit:
            case Ge(ge=least):
                low = f" from {least:,}"
            case Gt(gt=below):
                low = f" above {below:,}"
            case Le(le=most):
                high = f" to {most:,}"
            case Lt(lt=above):
                high = f" below {above:,}"
    if "above" in low and "to" in high:
        high = f" and at most{high.removeprefix(' to')}"
    return f"{noun}{low}{high}"


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _not_this(value: object) -> str:
    """What was found instead, where quotation marks around it would not tell."""
    kind = next((words for types, words in _KINDS if isinstance(value, types)), None)
    return f", not {kind}" if kind else ""


def entry(path: Sequence[int | str]) -> str:
    """Where an error is: the keys down to it, and which entry of a list, counted from 1."""
    keys = ".".join(part for part in path if isinstance(part, str))
    numbers = [part for part in path if isinstance(part, int)]
    return f"{keys}, entry {numbers[0] + 1}" if numbers else keys


_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST: Final = rf"{_LABEL}(?:\.{_LABEL})*"
_PORT: Final = r"(?::\d{1,5})?"
_ALLOWED_HOST: Final = re.compile(rf"\*|(?:\*\.)?{_HOST}")
_ANCESTOR: Final = re.compile(
    rf"'self'|https://(?:\*\.)?{_HOST}{_PORT}|http://(?:localhost|127\.0\.0\.1){_PORT}"
)
# Whole labels only: a CSP wildcard cannot stand for a part of one.
_TILE_HOST: Final = re.compile(rf"(?:\{{s\}}\.{_LABEL}\.)?{_HOST}{_PORT}")
_TILE_PATH: Final = re.compile(r"[A-Za-z0-9\-._~/?&=%+,:@]*")
_LOOPBACK_HOSTS: Final = frozenset({"localhost", "127.0.0.1"})
_TILE_HELP: Final = (
    'a URL such as "https://tile.openstreetmap.org/{z}/{x}/{y}.png": https (http only on this machine), with '
    '{z}, {x} and {y}, and besides them at most {r} and a leading "{s}." in the host name; '
    'or "none" for no street tiles'
)


def none_word(value: object) -> object:
    """Read the word "none" as None: it turns a setting off."""
    return None if isinstance(value, str) and value.strip().lower() == "none" else value


def _plain_text(value: str) -> str:
    """Refuse what a map template, markup or a terminal could take for more than text."""
    if not value.isprintable() or any(character in "<>{}" for character in value):
        raise ValueError("plain text without < > { } or control characters")
    return value


def _split_list(value: object) -> object:
    """Read text as a comma-separated list, which is how a variable writes one; leave anything else alone."""
    if not isinstance(value, str):
        return value
    return tuple(part.strip() for part in value.split(",") if part.strip())


def _web_url(value: str) -> str:
    """Accept an absolute https URL whose text cannot leave an HTML attribute."""
    if not re.fullmatch(rf"https://{_HOST}{_PORT}(?:[/?#][A-Za-z0-9\-._~/?#&=%+,:@]*)?", value):
        raise ValueError('an https URL such as "https://example.org/"')
    return value


def _phone(value: str) -> str:
    """Accept a number as people write it: digits, spaces, dots, dashes, brackets, one leading plus."""
    if not re.fullmatch(r"\+?[0-9().\- ]{7,24}", value):
        raise ValueError('a phone number such as "763-555-0100"')
    return value


def _tile_url(value: str) -> str:
    """Accept a tile URL template that is safe to write into a page and into a security header.

    The text reaches a template engine, so no brace survives but those of the known placeholders.
    """
    scheme, separator, rest = value.partition("://")
    host, slash, path = rest.partition("/")
    bare_path = re.sub(r"\{[zxyr]\}", "", path)
    loopback = scheme == "http" and host.partition(":")[0] in _LOOPBACK_HOSTS
    if not (
        separator
        and slash
        and (scheme == "https" or loopback)
        and all(path.count(name) == 1 for name in ("{z}", "{x}", "{y}"))
        and _TILE_HOST.fullmatch(host)
        and _TILE_PATH.fullmatch(bare_path)
    ):
        raise ValueError(_TILE_HELP)
    return value


def _hosts(values: tuple[str, ...]) -> tuple[str, ...]:
    """Accept host names, `*.` wildcards of them, or a lone `*`; never a scheme, port or path."""
    if not all(_ALLOWED_HOST.fullmatch(value) for value in values):
        raise ValueError(
            'host names without scheme or port, such as "clinics.example.org" or "*.example.org"'
        )
    return tuple(value.lower() for value in values)


def _ancestors(values: tuple[str, ...]) -> tuple[str, ...]:
    """Accept origins that may show the page in a frame, or 'self'."""
    quoted = tuple("'self'" if value == "self" else value for value in values)
    if not all(_ANCESTOR.fullmatch(value) for value in quoted):
        raise ValueError(
            'origins without a path, such as "https://www.example.org", or "self"; an empty list for nobody'
        )
    return quoted


def _address_header(value: str) -> str:
    """Accept the name of a header that holds nothing but addresses; kept in small letters."""
    name = value.lower()
    if not re.fullmatch(r"[a-z0-9-]{1,64}", name) or name == "forwarded":
        raise ValueError(
            'the name of a header that holds addresses alone, such as "X-Forwarded-For", or "none"'
        )
    return name


def _networks(values: tuple[str, ...]) -> tuple[str, ...]:
    """Accept IP addresses and networks; kept as networks."""
    try:
        return tuple(str(ip_network(value)) for value in values)
    except ValueError as exc:
        raise ValueError('IP addresses or networks, such as "192.0.2.10" or "192.0.2.0/24"') from exc


def _path(value: str) -> str:
    """Accept a path of plain words, with or without slashes around it; kept without."""
    bare = value.strip("/")
    if not re.fullmatch(r"(?:[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+)*)?", bare):
        raise ValueError('a path such as "clinics", of letters, digits, - and _; empty for none')
    return bare


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
PlainText = Annotated[Text, AfterValidator(_plain_text)]
WebUrl = Annotated[Text, AfterValidator(_web_url)]
OptionalWebUrl = Annotated[
    Annotated[Text, AfterValidator(_web_url)] | None,
    BeforeValidator(none_word),
]
Names = Annotated[tuple[Text, ...], NoDecode, BeforeValidator(_split_list)]
OptionalText = Annotated[PlainText | None, BeforeValidator(none_word)]
Phone = Annotated[Text, AfterValidator(_phone)]
TileUrl = Annotated[
    Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_tile_url)] | None,
    BeforeValidator(none_word),
]
AllowedHosts = Annotated[Names, AfterValidator(_hosts)]
Ancestors = Annotated[Names, AfterValidator(_ancestors)]
LocalFolder = Annotated[Path | None, BeforeValidator(none_word)]
BasePath = Annotated[str, StringConstraints(max_length=100), AfterValidator(_path)]
AddressHeader = Annotated[
    Annotated[Text, AfterValidator(_address_header)] | None,
    BeforeValidator(none_word),
]
Networks = Annotated[Names, AfterValidator(_networks)]
OptionalCount = Annotated[
    Annotated[int, Field(ge=1, le=10_000)] | None,
    BeforeValidator(none_word),
]
