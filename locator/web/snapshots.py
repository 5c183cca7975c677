"""One version of the directory with all that searches need of it, made once, for everybody in the process.

A small file that changes is read at the next question. A large one is read aside: until its index and its
places are ready too, everybody goes on with the previous version, and nobody waits.
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
"""A file up to this size, about 800 clinics, is read while whoever asks waits: some 50 ms."""

_RETRY_AFTER_S: Final = 60.0


class Edition:
    """One version as it is served, and what is made from its clinics when it is first asked for."""

    def __init__(self, served: ServedDirectory, made: Made) -> None:
        self.served = served
        self._made = made

    def followed_by(self, served: ServedDirectory, gazetteer: Callable[[], Gazetteer]) -> Edition:
        """The edition of what is served next; what was made of the very same clinics is not made again."""
        is_same = served.sites is self.served.sites and served.version == self.served.version
        return Edition(served, self._made if is_same else Made(served, gazetteer))

    def places(self) -> OfflinePlaces:
        """Who understands place text. Raises as `load_gazetteer`."""
        return self._made.places()

    def index(self) -> SiteIndex:
        """The sites ready for searching."""
        return self._made.index()

    def points(self) -> PointsFile:
        """Where all clinics are, as the map of a large directory takes it."""
        return self._made.points()

    def prepare(self) -> None:
        """Make everything now, so that nobody who asks waits for it."""
        with no_collecting():
            self.places()
            self.points()


class Made:
    """What is made from the clinics of one version: each thing once, by whoever asks for it first."""

    def __init__(self, served: ServedDirectory, gazetteer: Callable[[], Gazetteer]) -> None:
        self._served = served
        self._gazetteer = gazetteer
        # One may need another.
        self._making = threading.RLock()
        self._places: OfflinePlaces | None = None
        self._index: SiteIndex | None = None
        self._points: PointsFile | None = None

    def places(self) -> OfflinePlaces:
        """As `Edition.places`."""
        with self._making:
            if self._places is None:
                self._places = OfflinePlaces(self._gazetteer(), self._served.sites)
            return self._places

    def index(self) -> SiteIndex:
        """As `Edition.index`."""
        with self._making:
            if self._index is None:
                self._index = SiteIndex(self._served.sites)
            return self._index

    def points(self) -> PointsFile:
        """As `Edition.points`."""
        with self._making:
            if self._points is None:
                self._points = points_file(self.index(), self._served.version)
            return self._points


class Editions:
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
        self._edition: Edition | None = None
        # Whether a version was read of which not all is made yet.
        self._unfinished = False
        self._gazetteer: Gazetteer | None = None
        self._renewing = threading.Lock()
        self._loading = threading.Lock()
        self._starting = threading.Lock()
        self._aside: threading.Thread | None = None

    def current(self) -> Edition:
        """The edition to answer from now.

        The very first is waited for, as is a change of a small file; a change of a large one never is.
        """
        edition, unread_bytes = self._edition, self._directory.unread_bytes()
        if edition is not None and unread_bytes is None and not self._unfinished:
            return edition
        if edition is None or (unread_bytes is not None and unread_bytes <= self._at_once_bytes):
            return self._renewed()
        self._work_aside()
        return edition

    def begin(self) -> None:
        """Start reading a large file before anybody asks; a small one is read when somebody does."""
        if (self._directory.unread_bytes() or 0) > self._at_once_bytes:
            self._work_aside()

    def gazetteer(self) -> Gazetteer:
        """Every place the project knows, read once. Raises as `load_gazetteer`, and then tries again."""
        with self._loading:
            if self._gazetteer is None:
                self._gazetteer = load_gazetteer(self._files.gazetteer)
            return self._gazetteer

    def _renewed(self) -> Edition:
        with self._renewing:
            served = self._directory.current()
            if self._edition is None or self._edition.served is not served:
                self._edition = self._following(served)
            self._unfinished = False
            return self._edition

    def _following(self, served: ServedDirectory) -> Edition:
        if self._edition is None:
            return Edition(served, Made(served, self.gazetteer))
        return self._edition.followed_by(served, self.gazetteer)

    def _work_aside(self) -> None:
        with self._starting:
            if self._aside is None or not self._aside.is_alive():
                self._aside = threading.Thread(target=self._renew_aside, name="directory", daemon=True)
                self._aside.start()

    def _renew_aside(self) -> None:
        try:
            with self._renewing:
                self._unfinished = True
                edition = self._following(self._directory.current())
                edition.prepare()
                self._edition = edition
                self._unfinished = False
        except Exception:
            # Whatever it is, those who ask are served the previous version.
            _LOGGER.exception("the clinic file changed and could not be put into service")
            time.sleep(_RETRY_AFTER_S)


_SHARING: Final = threading.Lock()


def shared_editions(files: DataFiles) -> Editions:
    """The same object for the same folders, whoever asks: the server's routes, each page, and the API."""
    with _SHARING:
        return _shared(files)


@lru_cache(maxsize=2)
def _shared(files: DataFiles) -> Editions:
    return Editions(files)
