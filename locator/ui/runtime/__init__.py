"""Everything that leans on Streamlit's internals, and nothing else does.

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
