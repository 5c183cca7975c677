"""The document that each page begins as: what it has to say at once, and answers to its forms, drawn here."""

from locator.web.first_document import exact_answer
from locator.web.first_document.finder import FinderQuestion
from locator.web.first_document.form import Form
from locator.web.first_document.location_words import location_words
from locator.web.first_document.middleware import (
    FRAGMENT_HEADER,
    FirstDocuments,
    no_such_page,
)
from locator.web.first_document.page import SCRIPTS, require_first_document, whole_document
from locator.web.first_document.refer import ReferQuestion
from locator.web.first_document.sources import Asked, Sources

__all__ = [
    "FRAGMENT_HEADER",
    "SCRIPTS",
    "Asked",
    "FinderQuestion",
    "FirstDocuments",
    "Form",
    "ReferQuestion",
    "Sources",
    "exact_answer",
    "location_words",
    "no_such_page",
    "require_first_document",
    "whole_document",
]
