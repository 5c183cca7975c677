"""The finder as a folder of plain files that needs no server."""

from locator.publication.static_site.folder import NotOurFolderError, refuse_others, replace_folder
from locator.publication.static_site.source import Source

__all__ = [
    "NotOurFolderError",
    "Source",
    "refuse_others",
    "replace_folder",
]
