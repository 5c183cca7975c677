"""What all visitors share, created once per version of its source. Nothing here knows a visitor."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Final, TypeVar, cast

from locator.clinics import Problem, ServedDirectory, SiteIndex, read_directory
from locator.clock import chicago_today
from locator.geocoding import StreetGeocoder
from locator.geocoding.places import Gazetteer, OfflinePlaces
from locator.presentation import Overview
from locator.presentation.map import PointsFile, points_path
from locator.referral import ReferralContent
from locator.settings import Settings, load_settings
from locator.staff.feedback import ComplaintCounts, ViewCounts, shared_view_counts
from locator.staff.publishing import DirectoryWriter, History, Waiting
from locator.staff.sign_in import StaffAccess
from locator.web import Snapshot, Snapshots, content, shared_snapshots, shared_staff_access

ROOT: Final = Path(__file__).resolve().parents[3]

_T = TypeVar("_T")
_LOCK: Final = threading.RLock()
_INSTANCES: Final[dict[str, object]] = {}


def _shared(create: Callable[[], _T]) -> Callable[[], _T]:
    """Create an object at its first use, and keep it for as long as the process lives.

    Not in Streamlit's caches: those can be emptied, and with them would go what was counted for a limit, the
    time of a service's last request, and settings that are not to change while the server runs.
    """

    @wraps(create)
    def get() -> _T:
        name = create.__name__
        if name not in _INSTANCES:
            with _LOCK:
                if name not in _INSTANCES:
                    _INSTANCES[name] = create()
        return cast("_T", _INSTANCES[name])

    return get


def forget() -> None:
    """Forget what is shared, as a restart of the server does."""
    with _LOCK:
        _INSTANCES.clear()


@_shared
def settings() -> Settings:
    """The operator's settings, read once when the first page is shown."""
    return load_settings(ROOT)


def _snapshots() -> Snapshots:
    return shared_snapshots(settings().data_files)


def snapshot() -> Snapshot:
    """The clinic directory as it is now with all that is made of it; a page asks once, and is all of one."""
    return _snapshots().current()


def directory() -> ServedDirectory:
    """The clinic directory as it is now: the file's newest valid version."""
    return snapshot().served


def file_problems() -> tuple[Problem, ...]:
    """What is wrong with the clinic file as it is now, in the language of whoever asks."""
    return read_directory(settings().data_files.clinics, today=chicago_today()).problems


def places() -> OfflinePlaces:
    """Who understands place text, for the directory as it is now."""
    return snapshot().places()


def site_index() -> SiteIndex:
    """The placed sites ready for searching, for the directory as it is now."""
    return snapshot().index()


def map_points() -> PointsFile:
    """Where all clinics are, for the map of a large directory as it is now."""
    return snapshot().points()


def map_points_path(version: str) -> str:
    """The path under which that file is served for a version of the directory."""
    return points_path(settings().path_prefix, version)


@_shared
def patient_geocoder() -> StreetGeocoder | None:
    """The service a person's address may be sent to, for all visitors; None unless the operator set one."""
    return content.geocoder_of(settings().patient_geocoder, settings())


@_shared
def clinic_geocoder() -> StreetGeocoder | None:
    """The service that places clinics when staff ask for it; None where the operator set none."""
    return content.geocoder_of(settings().clinic_geocoder, settings())


def overview() -> Overview:
    """The DRG overview as its content file says it now."""
    return content.overview(settings().data_files)


def referral_content() -> ReferralContent:
    """The visits, the criteria and what to send along, as their content file says now."""
    return content.referral_content(settings().data_files)


def translation_note() -> str | None:
    """That this language's clinical texts await a clinician's review, or who gave it; None in English."""
    return content.translation_note(settings().data_files)


def gazetteer() -> Gazetteer:
    """Every place the project knows."""
    return _snapshots().gazetteer()


def staff_access() -> StaffAccess:
    """Who is signed in: the same object that the server's routes sign people in with."""
    return shared_staff_access(settings().staff)


@_shared
def history() -> History:
    """Every version of the clinic file."""
    return History(settings().data_files.history)


@_shared
def directory_writer() -> DirectoryWriter:
    """The one way to change the clinic file."""
    return DirectoryWriter(settings().data_files.clinics, history(), chicago_today)


@_shared
def waiting() -> Waiting:
    """The changes that wait for a second person."""
    return Waiting(settings().data_files.waiting)


def view_counts() -> ViewCounts:
    """How often each clinic was shown first."""
    return shared_view_counts(settings().data_files.views)


@_shared
def reports() -> ComplaintCounts:
    """What visitors say is wrong with a listing."""
    return ComplaintCounts(settings().data_files.reports)


def assets_path() -> str:
    """The path of this server's own assets, under whatever path the app is served."""
    return f"{settings().path_prefix}/assets"
