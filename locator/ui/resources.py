"""What all visitors share, made once per version of what it is made from. Nothing here knows a visitor."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import streamlit as st

from locator.clock import chicago_today
from locator.directory import LastGoodDirectory, ServedDirectory
from locator.geocoding.gazetteer import Gazetteer, load_gazetteer
from locator.geocoding.offline import OfflinePlaces
from locator.geocoding.sources import StreetGeocoder
from locator.overview import Overview, read_overview
from locator.referral.content import ReferralContent, read_content
from locator.search import SiteIndex
from locator.settings import Settings, load_settings

ROOT: Final = Path(__file__).resolve().parents[2]


@st.cache_resource
def settings() -> Settings:
    """The operator's settings, read once when the first page is shown."""
    return load_settings(ROOT)


@st.cache_resource
def _last_good() -> LastGoodDirectory:
    return LastGoodDirectory(settings().data_dir / "clinics.csv", today=chicago_today)


def directory() -> ServedDirectory:
    """The clinic directory as it is now: the file's newest valid version."""
    return _last_good().current()


@st.cache_resource
def _gazetteer() -> Gazetteer:
    return load_gazetteer(settings().data_dir / "gazetteer")


@st.cache_resource(max_entries=2)
def _places(version: str, _served: ServedDirectory) -> OfflinePlaces:
    del version
    return OfflinePlaces(_gazetteer(), _served.sites)


def places() -> OfflinePlaces:
    """Who understands place text, for the directory as it is now."""
    served = directory()
    return _places(served.version, served)


@st.cache_resource(max_entries=2)
def _index(version: str, _served: ServedDirectory) -> SiteIndex:
    del version
    return SiteIndex(_served.sites)


def site_index() -> SiteIndex:
    """The placed sites ready for searching, for the directory as it is now."""
    served = directory()
    return _index(served.version, served)


@st.cache_resource
def patient_geocoder() -> StreetGeocoder | None:
    """The service a person's address may be sent to, for all visitors; None unless the operator set one."""
    table = settings().patient_geocoder
    if table.service is None:
        return None
    # Not for the many who run without one: it takes a while to load.
    from locator.geocoding._http import user_agent  # noqa: PLC0415
    from locator.geocoding.services import make_geocoder  # noqa: PLC0415

    return make_geocoder(table, user_agent=user_agent(settings().contact))


@st.cache_resource(max_entries=2)
def _overview(path: Path, changed_ns: int) -> Overview:
    del changed_ns
    return read_overview(path)


def overview() -> Overview:
    """The DRG overview as its content file says it now."""
    path = settings().data_dir / "overview.md"
    return _overview(path, path.stat().st_mtime_ns)


@st.cache_resource(max_entries=2)
def _referral_content(path: Path, changed_ns: int) -> ReferralContent:
    del changed_ns
    return read_content(path)


def referral_content() -> ReferralContent:
    """The visits, the criteria and what to send along, as their content file says now."""
    path = settings().data_dir / "referral.toml"
    # A file that is not there has no date; reading it says what is wrong.
    return _referral_content(path, path.stat().st_mtime_ns if path.exists() else 0)


def assets_path() -> str:
    """The path of this server's own assets, under whatever path the app is served."""
    base = settings().base_path.strip("/")
    return f"/{base}/assets" if base else "/assets"
