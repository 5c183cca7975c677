"""Files of the installed Streamlit."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path


def streamlit_index() -> Path:
    spec = find_spec("streamlit")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).with_name("static") / "index.html"


def streamlit_with_another_index(folder: Path, text: str) -> Path:
    """A folder to put on PYTHONPATH: the installed Streamlit, but for the text of its start document."""
    installed = streamlit_index().parent.parent
    copy = folder / "streamlit"
    (copy / "static").mkdir(parents=True)
    for path in (*installed.iterdir(), *(installed / "static").iterdir()):
        mine = copy / path.relative_to(installed)
        if not mine.exists() and path.name != "index.html":
            mine.symlink_to(path)
    (copy / "static" / "index.html").write_text(text, encoding="utf-8")
    return folder
