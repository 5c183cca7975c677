"""The states of the staff page."""

from __future__ import annotations

from functools import partial
from typing import Final

from playwright.sync_api import expect

from tests.e2e.gallery.kinds import Screen, State
from tests.e2e.gallery.stage import APPROVER
from tests.e2e.gallery.visitor import Visitor
from tests.e2e.staff_page import StaffPage

EDINA: Final = "Edina (edina)"


def _signed_out(visitor: Visitor) -> None:
    StaffPage(visitor.page, visitor.stage.staff.url).visit()


def _wrong_password(visitor: Visitor) -> None:
    page = visitor.page
    page.goto(f"{visitor.stage.staff.url}/staff/sign-in")
    page.get_by_label("Name").fill(APPROVER)
    page.get_by_label("Password").fill("not the made-up phrase")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()


def _form(visitor: Visitor) -> StaffPage:
    staff = visitor.staff()
    staff.choose(EDINA)
    expect(staff.pin).to_be_visible()
    return staff


def _changes(visitor: Visitor) -> None:
    staff = _form(visitor)
    staff.edit("Phone (required)", "612-555-0177")
    staff.edit("ZIP (required)", "5543")


_screen: Final = partial(Screen, "For staff")

STATES: Final[tuple[State, ...]] = (
    _screen("staff-signed-out", "Signed out", "The way in.", _signed_out, is_window=True),
    _screen(
        "staff-wrong-password",
        "A wrong password",
        "The sign-in was refused.",
        _wrong_password,
        is_window=True,
    ),
    _screen(
        "staff-calls",
        "Whom to call",
        "Clinics that visitors reported, then those whose facts are old.",
        Visitor.staff,
    ),
    _screen(
        "staff-one-clinic",
        "One clinic",
        "A clinic in a form; each field says what it means.",
        _form,
    ),
    _screen(
        "staff-pin",
        "A clinic's pin",
        "The pin on a small map, to be dragged to where the clinic is.",
        _form,
        ".st-key-map",
    ),
    _screen(
        "staff-all-clinics",
        "All clinics",
        "The whole table.",
        lambda visitor: visitor.staff("All clinics"),
        is_drawn=True,
    ),
    _screen(
        "staff-changes",
        "Changes before publishing",
        "What would change, field by field, and an error that must be mended first.",
        _changes,
        ".st-key-proposal",
    ),
    _screen(
        "staff-file",
        "A file",
        "The table to take away, and one to bring.",
        lambda visitor: visitor.staff("A file"),
    ),
    _screen(
        "staff-waiting",
        "Waiting",
        "A change that somebody else has to approve.",
        lambda visitor: visitor.staff("Waiting"),
    ),
    _screen(
        "staff-history",
        "History",
        "Every version: who, when and why.",
        lambda visitor: visitor.staff("History"),
    ),
)
