"""Who is staff: accounts, passwords, sessions, lock-outs and the routes that sign people in and out."""

from locator.staff.sign_in.access import COOKIE, LocalSignIn, StaffAccess
from locator.staff.sign_in.accounts import Accounts
from locator.staff.sign_in.lockout import Lockout
from locator.staff.sign_in.oidc import OidcSignIns
from locator.staff.sign_in.passwords import argon2id
from locator.staff.sign_in.routes import ProviderRoutes, create_staff_routes
from locator.staff.sign_in.sessions import StaffSessions

__all__ = [
    "COOKIE",
    "Accounts",
    "LocalSignIn",
    "Lockout",
    "OidcSignIns",
    "ProviderRoutes",
    "StaffAccess",
    "StaffSessions",
    "argon2id",
    "create_staff_routes",
]
