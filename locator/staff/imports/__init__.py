"""A file that staff upload, read whatever its encoding, separators or spreadsheet."""

from locator.staff.imports.grid import MAX_UPLOAD_BYTES
from locator.staff.imports.incoming import read_upload

__all__ = [
    "MAX_UPLOAD_BYTES",
    "read_upload",
]
