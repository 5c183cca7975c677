"""The draft of the directory: its table, what a change does, and what to check before publishing."""

from locator.staff.editing.ageing import Due, RoleAge, confirm_role, queue, stamp
from locator.staff.editing.changes import Changes, changes
from locator.staff.editing.impact import Impact, impact
from locator.staff.editing.merging import Conflict, merge
from locator.staff.editing.placing import ask, with_pins, without_a_pin
from locator.staff.editing.review import Review, review
from locator.staff.editing.row_warnings import ReviewWarning

__all__ = [
    "Changes",
    "Conflict",
    "Due",
    "Impact",
    "Review",
    "ReviewWarning",
    "RoleAge",
    "ask",
    "changes",
    "confirm_role",
    "impact",
    "merge",
    "queue",
    "review",
    "stamp",
    "with_pins",
    "without_a_pin",
]
