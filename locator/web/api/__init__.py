"""The directory and the search for programs, under /api/v1/."""

from locator.web.api.mounting import create_api_routes
from locator.web.api.sources import Sources

__all__ = [
    "Sources",
    "create_api_routes",
]
