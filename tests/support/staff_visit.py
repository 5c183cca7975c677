"""The staff page run without a browser, by what a signed-in person does on it."""

from __future__ import annotations

import csv
import itertools
import json
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from locator.staff.publishing.records import is_id
from tests.support.page_visits import forget_everything, page
from tests.support.parsed_html import Element, parse

EDITOR, OTHER_EDITOR, APPROVER = "eddy@example.org", "edna@example.org", "ada@example.org"
SETTINGS = {
    "LOCATOR_STAFF__OIDC_EDITORS": f"{EDITOR},{OTHER_EDITOR}",
    "LOCATOR_STAFF__OIDC_APPROVERS": APPROVER,
    "LOCATOR_TILE_URL": "none",
}
CALLS, CLINIC, TABLE, FILE, WAITING, HISTORY = (
    "To call",
    "One clinic",
    "All clinics",
    "A file",
    "Waiting",
    "History",
)
_NEW_CLINIC = ""
# No two signings in are the same one, as with a real provider.
_NONCES = itertools.count()


@dataclass(frozen=True, slots=True)
class Visit:
    """One person's visit; each deed is over once the page has run, and it must not have raised."""

    app: AppTest

    def do(self, task: str) -> Visit:
        """Turn to one of the things to do."""
        self.app.button_group(key="staff-task").set_value(task)
        return self.run()

    def run(self) -> Visit:
        """Any interaction at all."""
        self.app.run()
        return self._checked()

    def press(self, key: str) -> Visit:
        """Press the button with this key."""
        self.app.button(key=key).click().run()
        return self._checked()

    def edit(self, clinic: str, /, **cells: str) -> Visit:
        """Change fields in the form of one clinic, or of a new one, and take them over."""
        self.do(CLINIC)
        self.app.selectbox(key="staff-clinic").set_value(clinic)
        self.run()
        for column, text in cells.items():
            self.field(column).set_value(text)
        (button,) = [one for one in self.app.button if str(one.key).startswith("FormSubmitter:staff-form")]
        button.click().run()
        return self._checked()

    def add(self, **cells: str) -> Visit:
        """Fill in the form of a new clinic."""
        return self.edit(_NEW_CLINIC, **cells)

    def field(self, column: str) -> Any:  # noqa: ANN401 - a text input or a selectbox
        """The field of a column in the form."""
        start = f"staff-field-{column}-"
        (found,) = [
            one for one in [*self.app.text_input, *self.app.selectbox] if str(one.key).startswith(start)
        ]
        return found

    def edit_table(self, **edits: Any) -> Visit:  # noqa: ANN401 - as the browser says them
        """What the browser sends when cells of the table are changed, which AppTest has no words for."""
        self.do(TABLE)
        (table,) = self.app.get("dataframe")
        states = self.app._tree.get_widget_states()  # noqa: SLF001
        changed = states.widgets.add()
        changed.id = table.proto.id
        said = {"edited_rows": {}, "added_rows": [], "deleted_rows": []} | edits
        changed.string_value = json.dumps(said)
        pressed = states.widgets.add()
        pressed.id = self.app.button(key="staff-take-table").id
        pressed.trigger_value = True
        self.app._run(states)  # noqa: SLF001
        return self._checked()

    def publish(self, why: str = "a made-up reason") -> Visit:
        """Say why, and press the button that publishes or sends to an approver."""
        self.say("staff-why-", why)
        return self.press("staff-publish")

    def give_reasons(self) -> Visit:
        """Answer every warning."""
        for one in self.app.text_input:
            if str(one.key).startswith("staff-reason-"):
                one.set_value("a made-up reason")
        return self

    def upload(self, name: str, raw: bytes) -> Visit:
        """Choose a file."""
        self.do(FILE)
        self.app.file_uploader[0].upload(name, raw)
        return self.run()

    def say(self, start_of_key: str, text: str) -> None:
        """Type into the first text field whose key starts so."""
        next(one for one in self.app.text_input if str(one.key).startswith(start_of_key)).set_value(text)

    @property
    def reasons(self) -> list[str]:
        """The warnings that ask for a reason."""
        return [one.label for one in self.app.text_input if str(one.key).startswith("staff-reason-")]

    @property
    def fragments(self) -> list[Element]:
        """Every piece of HTML, less the style sheets."""
        bodies = [one.proto.body for one in self.app.get("html")]
        return [parse(body) for body in bodies if not body.startswith("<style")]

    @property
    def text(self) -> str:
        """All that the page says, its style sheets and fields aside."""
        kinds = ("header", "subheader", "text", "success", "warning", "error")
        plain = [str(getattr(one, "value", "")) for kind in kinds for one in self.app.get(kind)]
        return " ".join([*(one.text for one in self.fragments), *plain])

    @property
    def errors(self) -> list[str]:
        """What the page complains of."""
        return [str(one.value) for one in self.app.error]

    @property
    def said(self) -> list[str]:
        """What the last deed came to."""
        return [str(one.value) for one in self.app.success]

    @property
    def changes(self) -> list[list[str]]:
        """Clinic, field, now and then of each change on the desk or compared."""
        return [
            [cell.text for cell in row.every() if cell.tag in {"th", "td"}]
            for fragment in self.fragments
            for region in fragment.all("div", of_class="compared")
            if region.attributes["aria-label"] == "Changes, field by field"
            for row in region.all("tr")[1:]
        ]

    def listed(self, heading: str) -> list[str]:
        """The lines under a heading of problems or notes."""
        return [
            line.text
            for fragment in self.fragments
            if any(one.text == heading for one in fragment.all("p", of_class="count"))
            for line in fragment.all("li")
        ]

    def keys(self, start: str) -> list[str]:
        """The ends of the keys of the buttons and switches whose key starts so, in order."""
        every = [*self.app.button, *self.app.toggle]
        return [str(one.key).removeprefix(start) for one in every if str(one.key).startswith(start)]

    def _checked(self) -> Visit:
        assert [error.value for error in self.app.exception] == []
        return self


def begin_anew(monkeypatch: pytest.MonkeyPatch, data_dir: Path) -> None:
    """A server that knows nothing yet: two editors, an approver, and these data without a history."""
    for name, text in (SETTINGS | {"LOCATOR_DATA_DIR": str(data_dir)}).items():
        monkeypatch.setenv(name, text)
    # Whoever runs the app here keeps a history of their own beside the shipped file.
    shutil.rmtree(data_dir / "history", ignore_errors=True)
    forget_everything()


def claims(email: str, **changed: object) -> dict[str, Any]:
    """What a provider says of somebody who has just signed in."""
    signed_in = {"is_logged_in": True, "email": email, "email_verified": True, "iat": time.time()}
    return signed_in | {"nonce": next(_NONCES)} | changed


def arrive(user: dict[str, Any]) -> Visit:
    """Come to the staff page as whoever the provider says."""
    app = page().switch_page("staff.py")
    app.user = user
    return Visit(app).run()


def visit(email: str = EDITOR) -> Visit:
    """The page of somebody who has just signed in."""
    return arrive(claims(email))


def everything_sent(app: AppTest) -> str:
    """All that the last run sent to the browser, as it went over the wire."""
    return " ".join(str(proto) for proto in protos(app))


def protos(app: AppTest) -> Iterator[Any]:
    """Each message about an element or a block of the page."""
    pending = [*app._tree.children.values()]  # noqa: SLF001 - it has no public walk
    while pending:
        node = pending.pop()
        yield node.proto
        pending.extend(getattr(node, "children", {}).values())


def cells(data_dir: Path) -> dict[str, dict[str, str]]:
    """The rows of the clinic file by site_id."""
    with (data_dir / "clinics.csv").open(encoding="utf-8", newline="") as file:
        return {row["site_id"]: row for row in csv.DictReader(file)}


def records(data_dir: Path) -> list[dict[str, Any]]:
    """What the history says of each version, oldest first."""
    paths = sorted((data_dir / "history").glob("*.json"))
    return [json.loads(path.read_text()) for path in paths if is_id(path.stem)]
