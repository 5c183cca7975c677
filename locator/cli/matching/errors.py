"""What can stop a run over a table; no text holds a cell of it."""

from __future__ import annotations

from locator.errors import LocatorError


class TableUnreadableError(LocatorError):
    """The table cannot be read on; the text names the file and says why."""


class ColumnsUnfitError(LocatorError):
    """The table's columns do not fit the question; the text says which and what to do."""


class OutputError(LocatorError):
    """The output cannot be written; the text says why."""
