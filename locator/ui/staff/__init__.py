"""The parts of the staff page.

Taken module by module: one that declares a component must first be loaded in the run of a page.
"""

__all__ = [
    "sign_in",
    "tasks",
]
