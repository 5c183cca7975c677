"""A clinic file with a history, and versions of it made for tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from locator.staff.publishing.history import History, Kind, Version, VersionRecord
from locator.staff.publishing.publishing import DirectoryWriter, Loaded, PublishedVersion
from locator.staff.publishing.waiting import Waiting
from tests.support.clinic_files import BARE, as_csv

TODAY = date(2026, 11, 22)
BAD = as_csv(BARE | {"zip": "5"})


def named(name: str) -> bytes:
    """A valid clinic file whose one clinic has this name."""
    return as_csv(BARE | {"name": name})


ONE, TWO, THREE = named("Fake One"), named("Fake Two"), named("Fake Three")
PUBLISHED = VersionRecord("Fake Editor", "a test", Kind.PUBLISHED)


@dataclass
class Clock:
    """A clock that stands until a test turns it."""

    at: datetime = datetime(2026, 11, 22, 15, 1, 2, tzinfo=UTC)

    def __call__(self) -> datetime:
        """The time it shows."""
        return self.at

    def turn(self, seconds: float) -> None:
        """Turn it on, or back."""
        self.at += timedelta(seconds=seconds)


@dataclass
class Workspace:
    """A data folder with a clinic file, its history, and the changes that wait."""

    data: Path
    clock: Clock = field(default_factory=Clock)
    lock_timeout_s: float = 5.0

    @property
    def path(self) -> Path:
        """The clinic file."""
        return self.data / "clinics.csv"

    @property
    def history(self) -> History:
        """Its history, opened anew."""
        return History(self.data / "history", now=self.clock, lock_timeout_s=self.lock_timeout_s)

    @property
    def writer(self) -> DirectoryWriter:
        """Whoever publishes, opened anew."""
        return DirectoryWriter(self.path, self.history, lambda: TODAY)

    @property
    def waiting(self) -> Waiting:
        """The changes that wait, opened anew."""
        return Waiting(self.data / "history" / "waiting", now=self.clock, lock_timeout_s=self.lock_timeout_s)

    def load(self) -> Loaded:
        """The file as an editor gets it."""
        return self.writer.load()

    def publish(self, content: bytes, *, who: str = "Fake Editor", why: str = "a test") -> str:
        """Load and publish; the version's id."""
        outcome = self.writer.publish(self.load().sha256, content, who=who, why=why)
        assert isinstance(outcome, PublishedVersion)
        return outcome.version_id

    def versions(self) -> tuple[Version, ...]:
        """What the history lists, newest first."""
        return self.history.versions().readable

    def kinds(self) -> list[Kind]:
        """How the versions came to be, newest first."""
        return [version.kind for version in self.versions()]

    def files(self) -> dict[str, bytes]:
        """Every file under the data folder but the locks, with its bytes."""
        every = (path for path in self.data.rglob("*") if path.is_file() and not path.name.endswith("lock"))
        return {str(path.relative_to(self.data)): path.read_bytes() for path in every}
