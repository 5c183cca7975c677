"""Where the states are played: servers with the shipped data or a changed copy, started when asked for."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path
from typing import Final

from locator.clinics import ClinicTable
from locator.clock import chicago_today
from locator.publication.static_site.source import Source
from locator.settings.loading import Settings
from locator.staff.feedback.reports import Complaint, ComplaintCounts
from locator.staff.people import Role, StaffMember
from locator.staff.publishing.history import History
from locator.staff.publishing.publishing import DirectoryWriter, PublishedVersion
from locator.staff.publishing.waiting import Waiting
from locator.staff.sign_in.accounts import Accounts
from locator.staff.sign_in.passwords import argon2id
from tests.e2e.embedding_site import SiteServer, page_with, site
from tests.e2e.exact_search import asking, placed
from tests.e2e.finder_page import data_with
from tests.e2e.saved_page import address_of
from tests.support.fake_geocoder import Handler, answering, fake_geocoder
from tests.support.payloads import clinic_file
from tests.support.servers import ROOT, RunningServer, running_app
from tests.support.static_copy import make_source, shipped_sites, write_copy

APPROVER: Final = "Kim Test"
EDITOR: Final = StaffMember("Pat Test", Role.EDITOR)
PHRASE: Final = "a made-up phrase"
SLOW_STREET: Final = "99 Slow Street, Minneapolis MN 55407"
# Long enough for the page to say so, and shorter than the app waits for a service.
_SLOWLY_S: Final = 2.5


class Stage:
    """The servers, by what is odd about them; none is there before a state asks for it."""

    def __init__(self, folder: Path, running: ExitStack) -> None:
        self._folder = folder
        self._running = running

    @cached_property
    def shipped(self) -> RunningServer:
        """The app as it is shipped."""
        return self._app("shipped", ROOT / "data")

    @cached_property
    def empty(self) -> RunningServer:
        """The app with a directory that lists nobody."""
        data = data_with(self._own("empty"), {})
        (data / "clinics.csv").write_bytes(clinic_file([]))
        return self._app("empty", data, await_path="/healthz")

    @cached_property
    def gaps(self) -> RunningServer:
        """The app with facts missing: an unreadable listing, a clinic without a pin, two entrances."""
        no_pin = dict.fromkeys(("latitude", "longitude", "pin_source", "pin_precision"), "")
        changes = {
            "chaska": {"wheelchair_entrance": "no"},
            "delano": {"phone": "no number"},
            "edina": {"wheelchair_entrance": "unknown"},
            "shakopee": no_pin,
        }
        return self._app("gaps", data_with(self._own("gaps"), changes))

    @cached_property
    def asking(self) -> RunningServer:
        """The app with a service for exact addresses, which takes its time over the slow street."""
        service = self._running.enter_context(fake_geocoder())
        service.behave = _slowly_for_the_slow_street
        return self._app("asking", ROOT / "data", **asking(service.host))

    @cached_property
    def staff(self) -> RunningServer:
        """The app with an approver, a history, two reports and a change that waits."""
        data = data_with(self._own("staff"), {})
        accounts = self._own("accounts") / "staff.json"
        Accounts(accounts, argon2id()).put(APPROVER, Role.APPROVER, PHRASE)
        _keep_a_past(data)
        return self._app(
            "staff", data, LOCATOR_STAFF__ACCOUNTS_FILE=str(accounts), LOCATOR_STAFF__TWO_PEOPLE="true"
        )

    @cached_property
    def host_site(self) -> SiteServer:
        """A web site of somebody else's that holds the finder in a frame."""
        host = self._running.enter_context(site())
        app = self._app("embedded", ROOT / "data", LOCATOR_FRAME_ANCESTORS=host.origin)
        fits = '<meta name="viewport" content="width=device-width">'
        host.page = page_with(app.url).replace("<title>", f"{fits}<title>")
        return host

    @cached_property
    def saved_copy(self) -> str:
        """The address of the static site, as opened from its folder."""
        return address_of(write_copy(self._own("saved") / "copy", _saved_source()))

    def _own(self, name: str) -> Path:
        folder = self._folder / name
        folder.mkdir(exist_ok=True)
        return folder

    def _app(self, name: str, data: Path, *, await_path: str = "/readyz", **variables: str) -> RunningServer:
        settings = {"LOCATOR_TILE_URL": "none", "LOCATOR_DATA_DIR": str(data), **variables}
        log = self._own(name) / "log"
        return self._running.enter_context(running_app(log, settings, await_path=await_path))


@contextmanager
def stage(folder: Path) -> Iterator[Stage]:
    """A stage that keeps its files in `folder`; its servers end with it."""
    with ExitStack() as running:
        yield Stage(folder, running)


def _slowly_for_the_slow_street(handler: Handler) -> None:
    if "Slow" in json.dumps(handler.path):
        handler.server.closing.wait(_SLOWLY_S)
    answering([placed()])(handler)


def _saved_source() -> Source:
    return make_source(shipped_sites(), practice_phone=Settings().practice_phone)


def _keep_a_past(data: Path) -> None:
    """One version published, one change that waits, and reports of two clinics."""
    writer = DirectoryWriter(data / "clinics.csv", History(data / "history"), chicago_today)
    first = writer.load()
    noted = _changed(first.raw, "edina", {"note": "A made-up note: use the north door."})
    outcome = writer.publish(first.sha256, noted, who=EDITOR.name, why="The front desk said so.")
    assert isinstance(outcome, PublishedVersion)
    with_fax = _changed(noted, "edina", {"fax": "612-555-0199"})
    Waiting(data / "history" / "waiting").submit(
        with_fax, base_sha256=writer.load().sha256, by=EDITOR, why="Made up: the fax number."
    )
    reports = ComplaintCounts(data / "history" / "reports.json")
    for site_id, complaint in (
        ("edina", Complaint.WRONG_HOURS),
        ("edina", Complaint.WRONG_HOURS),
        ("chaska", Complaint.MOVED),
    ):
        assert reports.add(site_id, complaint)


def _changed(raw: bytes, site_id: str, cells: Mapping[str, str]) -> bytes:
    table = ClinicTable.parse(raw)
    rows = tuple({**row, **cells} if row["site_id"] == site_id else row for row in table.rows)
    return ClinicTable(table.columns, rows).to_bytes()
