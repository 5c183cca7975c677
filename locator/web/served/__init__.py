"""What pages and routes are answered from now: a version of the directory, and the content files."""

from locator.web.served import content
from locator.web.served.snapshots import Snapshot, Snapshots, shared_snapshots

__all__ = [
    "Snapshot",
    "Snapshots",
    "content",
    "shared_snapshots",
]
