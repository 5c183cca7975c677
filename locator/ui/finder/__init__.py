"""The parts of the finder's page.

Taken module by module: one that declares a component must first be loaded in the run of a page.
"""

__all__ = [
    "filters",
    "finder_panels",
]
