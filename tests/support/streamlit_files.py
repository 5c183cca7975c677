"""Files of the installed Streamlit."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path


def streamlit_index() -> Path:
    spec = find_spec("streamlit")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).with_name("static") / "index.html"
