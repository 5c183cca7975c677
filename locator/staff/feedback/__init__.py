"""What visitors do and say: how often a clinic was shown first, and reports of wrong listings."""

from locator.staff.feedback.reports import Complaint, ComplaintCount, ComplaintCounts, read_choice, reporting
from locator.staff.feedback.views import ViewCounts, shared_view_counts

__all__ = [
    "Complaint",
    "ComplaintCount",
    "ComplaintCounts",
    "ViewCounts",
    "read_choice",
    "reporting",
    "shared_view_counts",
]
