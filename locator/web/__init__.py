"""The HTTP server around Streamlit: routes, health checks and what all visits share."""

from locator.web import process_limits
from locator.web.log_limit import limit_logs
from locator.web.map_points import create_map_points_routes
from locator.web.readiness import readiness_check
from locator.web.routes import create_middleware, create_routes
from locator.web.served import Snapshot, Snapshots, content, shared_snapshots
from locator.web.staff_access import shared_staff_access

__all__ = [
    "Snapshot",
    "Snapshots",
    "content",
    "create_map_points_routes",
    "create_middleware",
    "create_routes",
    "limit_logs",
    "process_limits",
    "readiness_check",
    "shared_snapshots",
    "shared_staff_access",
]
