"""What can go wrong in the locator, as one small tree a caller can catch: docs/errors.md shows all of it."""

from __future__ import annotations


class LocatorError(Exception):
    """Base of every error this package raises on purpose; its text is fit to show to a person."""


class DirectoryInvalidError(LocatorError):
    """The clinic directory cannot be served because it could not be read or holds no valid row."""


class ContentInvalidError(LocatorError):
    """A content file that people edit is not usable; the text names every problem and what to do."""


class UnwritableError(LocatorError):
    """What is to be kept cannot be written; the text names the file and says why."""


class ServiceUnavailableError(LocatorError):
    """A source could not answer; this is never the same as "the place does not exist"."""


class SettingsError(LocatorError):
    """The operator's settings are not usable; the text says which one and what is allowed."""
