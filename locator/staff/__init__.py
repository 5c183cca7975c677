"""Who may change the directory, and how."""

from locator.staff.people import Role, StaffMember

__all__ = ["Role", "StaffMember"]
