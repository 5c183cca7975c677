"""What a password must be, and how one is turned into a hash that says nothing about it."""

from __future__ import annotations

import unicodedata
from typing import Final, Protocol

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST_PASSWORD: Final = 12
LONGEST_PASSWORD: Final = 500


class Hasher(Protocol):
    """Makes and checks password hashes; argon2-cffi's PasswordHasher is one."""

    def hash(self, password: str) -> str:
        """A hash with a salt of its own, and all that checking it takes."""

    def verify(self, hash: str, password: str) -> bool:  # noqa: A002 - argon2-cffi's own name
        """True for the right password; argon2's VerificationError for any other."""

    def check_needs_rehash(self, hash: str) -> bool:  # noqa: A002 - argon2-cffi's own name
        """Whether the hash was made with other parameters than today's."""


def argon2id() -> PasswordHasher:
    """Argon2id with 64 MiB and three passes, as RFC 9106 recommends second, on one core.

    One lane and not four: a try must not take the cores that visitors are served from.
    """
    return PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=1)


def is_right(hasher: Hasher, hashed: str, password: str) -> bool:
    """Whether the hash is that of the password; one that is no hash at all is of none."""
    try:
        return hasher.verify(hashed, composed(password))
    except (VerificationError, InvalidHashError):
        return False


def composed(text: str) -> str:
    """The text in one form, whichever of several ways a keyboard wrote its letters (Unicode's NFKC)."""
    return unicodedata.normalize("NFKC", text)


def problem_with(password: str, name: str) -> str | None:
    """Why a new password will not do, in a sentence; None if it will."""
    if not SHORTEST_PASSWORD <= len(composed(password)) <= LONGEST_PASSWORD:
        return f"A password has from {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters."
    if name.casefold() in composed(password).casefold() and len(name) * 2 > len(password):
        return "A password must not be made of the name."
    return None
