"""The command line: one module a command.

Taken module by module: a command loads only what it needs.
"""

__all__ = [
    "main",
]
