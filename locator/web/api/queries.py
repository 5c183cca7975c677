"""What may be asked for: the parameters of a search, their limits, and what each is meant to be in words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Annotated, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema
from starlette.requests import Request

from locator.clinics import Need
from locator.presentation import DEFAULT_LIMIT
from locator.web.api.problems import RefusalError

MOST_MATCHES: Final = 100
MOST_MI: Final = 12_500
"""A little more than half the way around the Earth: nothing is farther away."""

MEANT: Final = {
    "after": "after must be the site_id of a clinic, such as maple-grove.",
    "zip": "zip must be a ZIP code of five digits, such as 55407. No address is taken, so that none gets into"
    " a link or a log.",
    "need": "need must be evaluation or procedure; leave it out for every clinic.",
    "within_mi": f"within_mi must be a number of miles above 0 and at most {MOST_MI}.",
    "limit": f"limit must be a whole number from 1 to {MOST_MATCHES}.",
}
"""What a value that was refused should have been, by parameter."""


def _written_as(pattern: str) -> BeforeValidator:
    """Refuse spellings that Python takes for a number and nobody means, such as 1_0 or blanks around it."""
    is_written = re.compile(pattern, re.ASCII).fullmatch

    def checked(value: object) -> object:
        if isinstance(value, str) and not is_written(value):
            raise ValueError("not written as a number")
        return value

    return BeforeValidator(checked)


# The limits come first: after a check of ours they would be missing from the description.
_Miles = Annotated[
    float, Field(gt=0, le=MOST_MI, allow_inf_nan=False), _written_as(r"[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
]


class NearestQuery(BaseModel):
    """The parameters of a search by ZIP code."""

    model_config = ConfigDict(frozen=True)

    zip_code: Annotated[
        str,
        Field(
            alias="zip",
            pattern=r"^[0-9]{5}$",
            min_length=5,
            max_length=5,
            description="The ZIP code to search from: five digits. Addresses and names of cities are not"
            " taken, so that nobody's address gets into a link or a log.",
            examples=["55407"],
        ),
    ]
    need: Annotated[
        Literal[Need.EVALUATION, Need.PROCEDURE] | SkipJsonSchema[None],
        Field(
            description="List clinics known to offer this, then those of which it is not known. A clinic"
            " known not to offer it is left out and counted in the notes. Without it, all are listed.",
            examples=["procedure"],
        ),
    ] = None
    within_mi: Annotated[
        _Miles | SkipJsonSchema[None],
        Field(
            description="Only clinics at most this many miles away, in a straight line from the middle of the"
            " ZIP code. Without it, at any distance.",
            examples=[25],
        ),
    ] = None
    limit: Annotated[
        int,
        Field(ge=1, le=MOST_MATCHES, description="List at most this many clinics.", examples=[5]),
        _written_as(r"[0-9]+"),
    ] = DEFAULT_LIMIT


def only(*names: str) -> Callable[[Request], Awaitable[None]]:
    """A check that a request has no query parameter but these, and none twice; it raises RefusalError."""
    allowed = f"There {'are' if len(names) > 1 else 'is'} {', '.join(names)}." if names else "It takes none."

    # Not for a thread: it only counts.
    async def check(request: Request) -> None:
        counted = Counter(name for name, _value in request.query_params.multi_items())
        if counted.keys() - set(names):
            raise RefusalError(
                HTTPStatus.UNPROCESSABLE_ENTITY, f"A query parameter is not one of this address. {allowed}"
            )
        if any(count > 1 for count in counted.values()):
            raise RefusalError(HTTPStatus.UNPROCESSABLE_ENTITY, "Give each query parameter only once.")

    return check
