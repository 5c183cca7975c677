"""What a restart of the server does to what its pages share, for tests in one process."""

from __future__ import annotations

import streamlit as st

from locator.ui.runtime import resources


def restart() -> None:
    """Let the next page be the first of a new server."""
    resources.forget()
    st.cache_resource.clear()
    st.cache_data.clear()
