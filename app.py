"""The server: Streamlit's pages behind this project's headers, refusals, local assets and health checks."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from streamlit import config

from locator.readiness import readiness_check
from locator.settings import load_settings
from locator.staff.wiring import staff_access
from locator.web import create_middleware, create_routes

ROOT = Path(__file__).resolve().parent

settings = load_settings(ROOT)
access = staff_access(settings.staff)
# One place says the path, and Streamlit's own routes follow it.
config.set_option("server.baseUrlPath", settings.base_path)
app = st.App(
    ROOT / "pages" / "shell.py",
    routes=create_routes(settings, readiness_check(settings.data_dir), access),
    middleware=create_middleware(settings, access),
)
