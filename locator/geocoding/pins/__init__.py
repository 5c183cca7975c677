"""Placing the clinics of the directory: what to ask a service, what to keep, and what looks wrong."""

from locator.geocoding.pins import report
from locator.geocoding.pins.asking import (
    PIN_ADDRESS,
    Inquiry,
    Journal,
    ServiceResponse,
    is_due,
    is_for,
    is_manual,
    journal_path,
    requested_address,
)
from locator.geocoding.pins.audit import audit
from locator.geocoding.pins.plan import Proposal, changes, left_alone, propose, settle

__all__ = [
    "PIN_ADDRESS",
    "Inquiry",
    "Journal",
    "Proposal",
    "ServiceResponse",
    "audit",
    "changes",
    "is_due",
    "is_for",
    "is_manual",
    "journal_path",
    "left_alone",
    "propose",
    "report",
    "requested_address",
    "settle",
]
