"""The document that each page begins as: what it has to say at once, and answers to its forms, drawn here."""

from locator.web.first_document.middleware import (
    FRAGMENT_HEADER,
    FirstDocuments,
    no_such_page,
)
from locator.web.first_document.page import PAGES, SCRIPTS, require_first_document, whole_document
from locator.web.first_document.sources import Asked, Sources

__all__ = [
    "FRAGMENT_HEADER",
    "PAGES",
    "SCRIPTS",
    "Asked",
    "FirstDocuments",
    "Sources",
    "no_such_page",
    "require_first_document",
    "whole_document",
]
