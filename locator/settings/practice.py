"""Whose directory is published, and which version of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Practice:
    """The practice as the settings name it, and the version of the directory the documents are made from.

    `public_url` is where people reach the pages, without a slash at its end; None where that is not told.
    """

    practice_name: str
    practice_phone: str
    practice_website: str | None
    directory_version: str
    public_url: str | None = None
