"""From a draft to the published directory: versions, history, and changes that wait for a second person."""

from locator.staff.publishing.history import History, Kind, Version, Versions
from locator.staff.publishing.publishing import DirectoryWriter, Loaded, Outdated, PublishedVersion, Refused
from locator.staff.publishing.records import explained, read_at_most
from locator.staff.publishing.waiting import Change, Waiting

__all__ = [
    "Change",
    "DirectoryWriter",
    "History",
    "Kind",
    "Loaded",
    "Outdated",
    "PublishedVersion",
    "Refused",
    "Version",
    "Versions",
    "Waiting",
    "explained",
    "read_at_most",
]
