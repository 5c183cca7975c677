"""Snapshots: one version of the directory with the indexes that searches need, shared by the whole process.

When a small file changes, the next request reads it. A large one is read in the background: until its indexes
are ready, everybody gets the previous version, and nobody waits.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Final

from locator.clinics import LastGoodDirectory, ServedDirectory, SiteIndex, no_collecting
from locator.clock import chicago_today
from locator.geocoding.places import Gazetteer, OfflinePlaces, load_gazetteer
from locator.presentation.map import PointsFile, points_file
from locator.settings import DataFiles

_LOGGER: Final = logging.getLogger(__name__)

AT_ONCE_BYTES: Final = 500_000
"""A file up to this size, about 800 clinics, is read while the request waits: some 50 ms."""

_RETRY_AFTER_S: Final = 60.0


class Snapshot:
    """One version as it is served, with indexes that are built when first needed."""

    def __init__(self, served: ServedDirectory, indexes: DerivedIndexes) -> None:
        self.served = served
        self._indexes = indexes

    def followed_by(self, served: ServedDirectory, gazetteer: Callable[[], Gazetteer]) -> Snapshot:
        """The snapshot of the next version; indexes of the same clinics are not built again."""
        is_same = served.sites is self.served.sites and served.version == self.served.version
        return Snapshot(served, self._indexes if is_same else DerivedIndexes(served, gazetteer))

    def places(self) -> OfflinePlaces:
        """The parser of typed places. Raises as `load_gazetteer`."""
        return self._indexes.places()

    def index(self) -> SiteIndex:
        """The index for searching."""
        return self._indexes.index()

    def points(self) -> PointsFile:
        """The positions of all clinics, for the map of a large directory."""
        return self._indexes.points()

    def prepare(self) -> None:
        """Build all indexes now, so that no request waits for them."""
        with no_collecting():
            self.places()
            self.points()


class DerivedIndexes:
    """The indexes of one version's clinics, each built once when first needed. Thread-safe."""

    def __init__(self, served: ServedDirectory, gazetteer: Callable[[], Gazetteer]) -> None:
        self._served = served
        self._gazetteer = gazetteer
        # One may need another.
        self._making = threading.RLock()
        self._places: OfflinePlaces | None = None
        self._index: SiteIndex | None = None
        self._points: PointsFile | None = None

    def places(self) -> OfflinePlaces:
        """As `Snapshot.places`."""
        with self._making:
            if self._places is None:
                self._places = OfflinePlaces(self._gazetteer(), self._served.sites)
            return self._places

    def index(self) -> SiteIndex:
        """As `Snapshot.index`."""
        with self._making:
            if self._index is None:
                self._index = SiteIndex(self._served.sites)
            return self._index

    def points(self) -> PointsFile:
        """As `Snapshot.points`."""
        with self._making:
            if self._points is None:
                self._points = points_file(self.index(), self._served.version)
            return self._points


class Snapshots:
    """The clinic file as it changes, and the places. Safe across threads."""

    def __init__(
        self,
        files: DataFiles,
        *,
        today: Callable[[], date] = chicago_today,
        at_once_bytes: int = AT_ONCE_BYTES,
    ) -> None:
        self._directory = LastGoodDirectory(files.clinics, today=today)
        self._files = files
        self._at_once_bytes = at_once_bytes
        self._snapshot: Snapshot | None = None
        # Whether a version was read whose indexes are not all built yet.
        self._unfinished = False
        self._gazetteer: Gazetteer | None = None
        self._renewing = threading.Lock()
        self._loading = threading.Lock()
        self._starting = threading.Lock()
        self._worker: threading.Thread | None = None

    def current(self) -> Snapshot:
        """The current snapshot.

        Waits for the first one and for changes of a small file, never for changes of a large one.
        """
        snapshot, unread_bytes = self._snapshot, self._directory.unread_bytes()
        if snapshot is not None and unread_bytes is None and not self._unfinished:
            return snapshot
        if snapshot is None or (unread_bytes is not None and unread_bytes <= self._at_once_bytes):
            return self._renewed()
        self._work_in_background()
        return snapshot

    def begin(self) -> None:
        """Start reading a large file before the first request; a small one is read by that request."""
        if (self._directory.unread_bytes() or 0) > self._at_once_bytes:
            self._work_in_background()

    def gazetteer(self) -> Gazetteer:
        """Every place the project knows, read once. Raises as `load_gazetteer`; the next call tries again."""
        with self._loading:
            if self._gazetteer is None:
                self._gazetteer = load_gazetteer(self._files.gazetteer)
            return self._gazetteer

    def _renewed(self) -> Snapshot:
        with self._renewing:
            served = self._directory.current()
            if self._snapshot is None or self._snapshot.served is not served:
                self._snapshot = self._following(served)
            self._unfinished = False
            return self._snapshot

    def _following(self, served: ServedDirectory) -> Snapshot:
        if self._snapshot is None:
            return Snapshot(served, DerivedIndexes(served, self.gazetteer))
        return self._snapshot.followed_by(served, self.gazetteer)

    def _work_in_background(self) -> None:
        with self._starting:
            if self._worker is None or not self._worker.is_alive():
                self._worker = threading.Thread(
                    target=self._renew_in_background, name="directory", daemon=True
                )
                self._worker.start()

    def _renew_in_background(self) -> None:
        try:
            with self._renewing:
                self._unfinished = True
                snapshot = self._following(self._directory.current())
                snapshot.prepare()
                self._snapshot = snapshot
                self._unfinished = False
        except Exception:
            # Whatever the error is, requests get the previous version.
            _LOGGER.exception("the clinic file changed and could not be put into service")
            time.sleep(_RETRY_AFTER_S)


_SHARING: Final = threading.Lock()


def shared_snapshots(files: DataFiles) -> Snapshots:
    """One object per set of folders, shared by the server's routes, each page, and the API."""
    with _SHARING:
        return _shared(files)


@lru_cache(maxsize=2)
def _shared(files: DataFiles) -> Snapshots:
    return Snapshots(files)
