"""Match every row of a table to its nearest clinics and pair, in the memory of a small one.

Taken module by module: a command loads only what it needs.
"""

__all__ = [
    "columns",
    "matcher",
    "nearby",
    "placing",
    "rows",
    "run",
    "zip_cells",
]
