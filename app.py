"""The server: Streamlit's pages behind this project's headers, refusals, local assets and health checks."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from locator.geocoding import StreetGeocoder
from locator.presentation.map import PointsFile
from locator.settings import load_settings
from locator.sites import Site
from locator.staff.feedback import shared_view_counts
from locator.ui.runtime.lifespan import create_lifespan, serve_streamlit_under
from locator.web import (
    create_map_points_routes,
    create_middleware,
    create_routes,
    limit_logs,
    process_limits,
    readiness_check,
    shared_snapshots,
    shared_staff_access,
)
from locator.web.api import Sources, create_api_routes
from locator.web.first_document import require_first_document
from locator.web.middleware import require_known_index

ROOT = Path(__file__).resolve().parent

limit_logs()
settings = load_settings(ROOT).with_data()
require_known_index()
files, threads = process_limits.raise_open_files(), process_limits.most_threads()
# Said before anything else, so that nobody looks for the reason when a crowd has come.
for shortcoming in process_limits.shortcomings(settings.most_visits, files=files, threads=threads):
    logging.getLogger(__name__).warning(shortcoming)
fitting = process_limits.visits_that_fit(settings.most_visits, files=files, threads=threads)
settings = settings.model_copy(update={"most_visits": fitting})
access = shared_staff_access(settings.staff)
snapshots = shared_snapshots(settings.data_files)
snapshots.begin()
serve_streamlit_under(settings.base_path)


def api_sources() -> Sources:
    """What the pages answer from, for the API too."""
    # The first page or the first question to the API pays for this, not the start.
    from locator.ui.runtime import resources  # noqa: PLC0415

    return Sources(settings, resources.directory, resources.places, resources.site_index)


def map_points() -> PointsFile:
    """Where all clinics are, for the map of a large directory."""
    from locator.ui.runtime import resources  # noqa: PLC0415 - as above

    return resources.map_points()


def patient_geocoder() -> StreetGeocoder | None:
    """The service a person's address may be sent to, the same as the pages'."""
    from locator.ui.runtime import resources  # noqa: PLC0415 - as above

    return resources.patient_geocoder() if settings.patient_geocoder.choice() else None


def first_page(clinics: Sequence[Site]) -> None:
    """Whether people could be shown the first page now; OSError if not."""
    require_first_document(settings, clinics, ROOT / "pages" / "shell.py")


app = st.App(
    ROOT / "pages" / "shell.py",
    routes=[
        # Before the local assets, which answer for all that is under their path.
        *create_map_points_routes(settings.path_prefix, map_points),
        *create_routes(settings, readiness_check(snapshots, first_page), access),
        *create_api_routes(settings.path_prefix, api_sources),
    ],
    middleware=create_middleware(settings, access, patient_geocoder),
    lifespan=create_lifespan(snapshots, shared_view_counts(settings.data_files.views)),
)
