"""Names that stay the same for the same thing in every document and every version of the directory."""

from __future__ import annotations

from typing import Final
from uuid import UUID, uuid5

from locator.publication.publisher import Publisher

# Made once at random for this project; names made under it stay what they are for good.
_PROJECT: Final = UUID("5b9d7c52-8a0e-4c39-9d0f-1f0b7c6f2a64")


def stable_uuid(publisher: Publisher, *parts: str) -> UUID:
    """The UUID (version 5 of RFC 9562) of one thing of one practice."""
    return uuid5(uuid5(_PROJECT, publisher.practice_name), "/".join(parts))


def code_system(name: str) -> str:
    """The URI of a list of codes that this project keeps; docs/api.md says what they mean."""
    return uuid5(_PROJECT, f"code-system/{name}").urn
