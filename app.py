"""The server: Streamlit's pages behind this project's headers, refusals, local assets and health checks."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from streamlit import config

from locator.api.mounting import create_api_routes
from locator.api.sources import Sources
from locator.readiness import readiness_check
from locator.settings import load_settings
from locator.staff.wiring import staff_access
from locator.web import create_middleware, create_routes

ROOT = Path(__file__).resolve().parent

settings = load_settings(ROOT)
access = staff_access(settings.staff)
# One place says the path, and Streamlit's own routes follow it.
config.set_option("server.baseUrlPath", settings.base_path)


def api_sources() -> Sources:
    """What the pages answer from, for the API too."""
    # The first page or the first question to the API pays for this, not the start.
    from locator.ui import resources  # noqa: PLC0415

    return Sources(settings, resources.directory, resources.places, resources.site_index)


app = st.App(
    ROOT / "pages" / "shell.py",
    routes=[
        *create_routes(settings, readiness_check(settings.data_dir), access),
        *create_api_routes(settings.base_path, api_sources),
    ],
    middleware=create_middleware(settings, access),
)
