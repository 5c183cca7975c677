"""What a setting may be, in an operator's words: pydantic's own messages speak of its types."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from typing import Final

from annotated_types import Ge, Gt, Le, Lt
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

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
