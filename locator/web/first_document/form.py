"""What a form of a page sends: a few short texts, in the body and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qsl

from starlette.datastructures import Headers
from starlette.types import Receive

MOST_BYTES: Final = 16_384
_MOST_FIELDS: Final = 100
_MEDIA_TYPE: Final = "application/x-www-form-urlencoded"


class FormError(Exception):
    """What was sent is no form of a page; the message says so to whoever sent it."""

    def __init__(self, message: str, status: HTTPStatus) -> None:
        super().__init__(message)
        self.status = status


class Form:
    """The fields of a form by name; a name may come several times."""

    def __init__(self, pairs: Sequence[tuple[str, str]] = ()) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            self._values.setdefault(name, []).append(value)

    def text(self, name: str) -> str:
        """The field's text without blanks around it; of several the last, "" where there is none."""
        return self._values.get(name, [""])[-1].strip()

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a field that may have several."""
        return tuple(self._values.get(name, ()))

    def all_named(self, prefix: str) -> dict[str, tuple[str, ...]]:
        """Every value of the fields whose names begin so, by what follows; those left blank are left out."""
        named = [name for name in self._values if name.startswith(prefix) and any(self._values[name])]
        return {name.removeprefix(prefix): self.all(name) for name in named}

    def has(self, name: str) -> bool:
        """Whether a box is ticked or a button of this name was pressed."""
        return name in self._values

    def number(self, name: str, allowed: Sequence[int]) -> int | None:
        """The field's whole number, if it is one of those allowed."""
        return next((number for number in allowed if str(number) == self.text(name)), None)


async def read_form(headers: Headers, receive: Receive) -> Form:
    """The form in a request's body. Raises FormError for anything else, and for more than a page sends."""
    if headers.get("content-type", "").partition(";")[0].strip().lower() != _MEDIA_TYPE:
        raise FormError("Only the forms of these pages are read here.", HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise FormError("Nobody is there any more.", HTTPStatus.BAD_REQUEST)
        body += message.get("body", b"")
        if len(body) > MOST_BYTES:
            raise FormError(
                "That is more than a form of these pages sends.", HTTPStatus.REQUEST_ENTITY_TOO_LARGE
            )
        if not message.get("more_body"):
            break
    try:
        pairs = parse_qsl(
            body.decode("utf-8"), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict"
        )
    except (UnicodeDecodeError, ValueError) as exc:
        raise FormError("This form cannot be read.", HTTPStatus.BAD_REQUEST) from exc
    return Form(pairs)
