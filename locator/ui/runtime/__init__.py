"""Sessions, runs and downloads: what the pages use of Streamlit's internals, as docs/streamlit.md lists it.

Taken module by module: one that declares a component must first be loaded in the run of a page.
"""

__all__ = [
    "downloads",
    "lifespan",
    "page_part",
    "redraw",
    "resources",
    "runs",
    "visit_language",
]
