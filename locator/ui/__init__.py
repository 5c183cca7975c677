"""The Streamlit pages' parts.

Taken module by module: one that declares a component must first be loaded in the run of a page.
"""

__all__ = [
    "page_frame",
    "panels",
    "site_map",
]
