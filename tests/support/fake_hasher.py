"""A password hasher that costs nothing and counts what it is asked."""

from __future__ import annotations

from argon2.exceptions import InvalidHashError, VerifyMismatchError


class FakeHasher:
    """Implements `Hasher`: "v1:" and the password turned around; hashes of another version need renewing."""

    def __init__(self, version: str = "v1") -> None:
        self.version = version
        self.checked: list[str] = []
        self.made: list[str] = []

    def hash(self, password: str) -> str:
        """The fake hash."""
        self.made.append(f"{self.version}:{password[::-1]}")
        return self.made[-1]

    def verify(self, hash: str, password: str) -> bool:  # noqa: A002 - argon2-cffi's own name
        """True, or argon2's own errors."""
        self.checked.append(hash)
        if ":" not in hash:
            raise InvalidHashError
        if hash.partition(":")[2] != password[::-1]:
            raise VerifyMismatchError
        return True

    def check_needs_rehash(self, hash: str) -> bool:  # noqa: A002 - argon2-cffi's own name
        """Whether another version made it."""
        return not hash.startswith(f"{self.version}:")


class Clock:
    """A clock that goes on when told to."""

    def __init__(self, now_s: float = 1_000_000.0) -> None:
        self.now_s = now_s

    def __call__(self) -> float:
        """The time in seconds."""
        return self.now_s
