"""Who may change the directory, and how."""

from locator.staff.locking import BusyError, exclusive
from locator.staff.private_files import held, write_private

__all__ = [
    "BusyError",
    "exclusive",
    "held",
    "write_private",
]
