"""Whatever staff do on their page is done only by whoever is signed in at that moment, page or no page.

Each widget of each task is used twice: by somebody signed in, which tells whether it does anything, and in a
tab that is still open after its owner has signed out. An action that does not check for itself fails here.
"""

from __future__ import annotations

import ast
import json
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from streamlit.testing.v1 import AppTest

from locator.staff.feedback.reports import Complaint
from locator.ui.runtime import resources
from locator.ui.staff.drafts import Draft
from tests.support.fake_geocoder import EDINA, FakeGeocoder, Handler, answering, fake_geocoder
from tests.support.page_visits import ROOT, forget_everything, page
from tests.support.shipped_copy import rewrite
from tests.support.staff_visit import (
    APPROVER,
    CALLS,
    CLINIC,
    EDITOR,
    HISTORY,
    OTHER_EDITOR,
    TABLE,
    WAITING,
    Visit,
    begin_anew,
    claims,
    protos,
    records,
    visit,
)

PHONE, OTHER_PHONE = "612-555-0177", "612-555-0188"
NO_PIN = {"latitude": "", "longitude": "", "pin_source": "", "pin_precision": "", "pin_address": ""}
_KEPT: Final = "staff-kept-until-cleared"
_MAP: Final = "streamlit_folium.st_folium"
_CLICKED_ON_MAP: Final = json.dumps({"last_clicked": {"lat": 44.9, "lng": -93.2}})
_CELL_CHANGED: Final = json.dumps(
    {
        "edited_rows": {"0": {"fax": PHONE}},
        "added_rows": [],
        "deleted_rows": [],
    }
)


@pytest.fixture(autouse=True)
def service(monkeypatch: pytest.MonkeyPatch, data_dir: Path) -> Iterator[FakeGeocoder]:
    """A server of its own, where an editor's change waits, and a service here that places clinics."""
    begin_anew(monkeypatch, data_dir)
    monkeypatch.setenv("LOCATOR_STAFF__TWO_PEOPLE", "true")
    with fake_geocoder() as running:
        running.behave = answering([EDINA])
        prefix = "LOCATOR_CLINIC_GEOCODER__"
        monkeypatch.setenv(f"{prefix}SERVICE", "nominatim")
        monkeypatch.setenv(f"{prefix}ARGUMENTS__DOMAIN", running.host)
        monkeypatch.setenv(f"{prefix}ARGUMENTS__SCHEME", "http")
        forget_everything()
        yield running
    forget_everything()


def page_that_never_looks() -> None:
    # A page of its own: Streamlit runs its source, apart from this module.
    from locator.staff.people import Role, StaffMember  # noqa: PLC0415
    from locator.ui.runtime import resources  # noqa: PLC0415
    from locator.ui.staff import tasks  # noqa: PLC0415

    tasks.show_tasks(StaffMember("ada@example.org", Role.APPROVER), resources.settings())


def careless(email: str = APPROVER) -> Visit:
    """The staff page without the check at its top: only each action's own check keeps anybody out."""
    app = AppTest.from_function(page_that_never_looks, default_timeout=60)
    app.user = claims(email)
    return Visit(app).run()


def whole(email: str = APPROVER) -> Visit:
    """The staff page as it is."""
    app = page().switch_page("staff.py")
    app.user = claims(email)
    return Visit(app).run()


def sign_out_elsewhere(staff: Visit) -> None:
    """As in another tab: this one is not told."""
    resources.staff_access().sign_out({}, staff.app.user)


# What lies on the page before a widget of it is used, by what there is to do.


def calls(arrive: Callable[[], Visit], _data_dir: Path) -> Visit:
    assert resources.reports().add("edina", Complaint.CLOSED)
    staff = arrive().do(CALLS)
    for field in staff.app.text_input:
        if field.label.startswith("Its source"):
            field.set_value("a made-up practice, by phone")
    return staff


def one_clinic(arrive: Callable[[], Visit], _data_dir: Path) -> Visit:
    staff = arrive().do(CLINIC)
    staff.field("phone").set_value(PHONE)
    return staff


def whole_table(arrive: Callable[[], Visit], data_dir: Path) -> Visit:
    rewrite(data_dir, "edina", **NO_PIN)
    return arrive().do(TABLE)


def a_file(arrive: Callable[[], Visit], data_dir: Path) -> Visit:
    raw = (data_dir / "clinics.csv").read_bytes().replace(b"763-201-8191", PHONE.encode(), 1)
    return arrive().upload("clinics.csv", raw)


def a_change(arrive: Callable[[], Visit], _data_dir: Path) -> Visit:
    staff = arrive().edit("edina", phone=PHONE).do(HISTORY)
    staff.say("staff-why-", "a made-up reason")
    return staff


def two_changes_of_one_cell(arrive: Callable[[], Visit], _data_dir: Path) -> Visit:
    staff = arrive().edit("edina", phone=PHONE)
    visit(APPROVER).edit("edina", phone=OTHER_PHONE).publish("the other change")
    staff.publish("my change")
    return staff


def a_change_that_waits(arrive: Callable[[], Visit], _data_dir: Path) -> Visit:
    visit(EDITOR).edit("edina", phone=PHONE).publish()
    staff = arrive().do(WAITING)
    staff.say("staff-no-", "a made-up reason")
    return staff


def a_version(arrive: Callable[[], Visit], _data_dir: Path) -> Visit:
    visit(APPROVER).edit("edina", phone=PHONE).publish()
    staff = arrive().do(HISTORY)
    staff.app.toggle[-1].set_value(True)
    staff.run().say("staff-back-", "a made-up reason")
    return staff


Arrangement = Callable[[Callable[[], Visit], Path], Visit]
DEEDS: Final[dict[Arrangement, set[str]]] = {
    calls: {"staff-settle-", "staff-stamp-", "FormSubmitter:staff-role-"},
    one_clinic: {"FormSubmitter:staff-form-", _MAP},
    whole_table: {"staff-place", "staff-take-table"},
    a_file: {"staff-take-file"},
    a_change: {"staff-publish", "staff-drop"},
    two_changes_of_one_cell: {"staff-mine-", "staff-theirs-"},
    a_change_that_waits: {"staff-approve-", "staff-reject-"},
    a_version: {"staff-restore-"},
}
"""What each arrangement is for: the widgets, by the beginning of their keys, that do something in it."""
ALL_DEEDS: Final = set().union(*DEEDS.values())
CHANGES_NOTHING: Final = {"staff-sign-out", "staff-get-", "_('Download the current table')", "st.login"}


def widgets(app: AppTest) -> dict[str, str]:
    """The widgets on the page by which something can be done, by their keys: pressed, or calling back."""
    state: Any = app._session_state._state  # noqa: SLF001 - it has no public list of all widgets
    there = {key: one for one in protos(app) if (key := getattr(one, "id", ""))}
    made: dict[str, str] = {}
    for widget_id, one in state._new_widget_state.widget_metadata.items():  # noqa: SLF001
        calls_back = one.callback is not None or one.callbacks is not None
        if widget_id in there and (one.value_type == "trigger_value" or calls_back):
            proto = there[widget_id]
            key = widget_id.split("-", 2)[2].removesuffix("None")
            made[getattr(proto, "component_name", "") or key or proto.label] = widget_id
    return made


def use(staff: Visit, start: str) -> None:
    """Use the widget whose name begins so, with all else as it stands on the page, as a browser sends it."""
    widget_id = next(one for name, one in widgets(staff.app).items() if name.startswith(start))
    for button in staff.app.button:
        if button.id == widget_id:
            button.click()
    states = staff.app._tree.get_widget_states()  # noqa: SLF001
    if start == _MAP:
        states.widgets.add(id=widget_id, json_value=_CLICKED_ON_MAP)
    for table in staff.app.get("dataframe"):
        states.widgets.add(id=table.proto.id, string_value=_CELL_CHANGED)
    staff.app._run(states)  # noqa: SLF001
    assert [error.value for error in staff.app.exception] == []


def on_disk(data_dir: Path) -> dict[str, bytes]:
    """Every file of the directory, its history, what waits and what visitors reported."""
    kept = [data_dir / "clinics.csv", *(data_dir / "history").rglob("*")]
    return {str(path): path.read_bytes() for path in kept if path.is_file() and path.suffix != ".lock"}


def in_draft(app: AppTest) -> object:
    """What this visit is changing, and what it has yet to decide."""
    kept = app._session_state.filtered_state  # noqa: SLF001 - the public one has no `get`
    draft = kept.get("staff-draft")
    table = draft.table if isinstance(draft, Draft) and draft.is_changed else None
    return table, kept.get("staff-conflicts", ())


def kinds(names: Iterable[str], of: Iterable[str]) -> set[str]:
    """The names, but only the beginning where they begin so: those of one kind, one for each clinic."""
    return {next((start for start in of if name.startswith(start)), name) for name in names}


@pytest.fixture
def anew(data_dir: Path) -> Callable[[], None]:
    """Begin again from two clinics that nobody has changed yet."""
    path = data_dir / "clinics.csv"
    heading, *rows = path.read_bytes().splitlines(keepends=True)
    first = b"".join([heading, *(row for row in rows if row.startswith((b"delano,", b"edina,")))])

    def begin() -> None:
        path.write_bytes(first)
        shutil.rmtree(data_dir / "history", ignore_errors=True)
        forget_everything()

    return begin


@pytest.mark.parametrize("arrangement", DEEDS)
def test_nothing_is_done_for_whoever_has_signed_out_meanwhile(
    arrangement: Arrangement, data_dir: Path, anew: Callable[[], None]
) -> None:
    anew()
    there = kinds(widgets(arrangement(careless, data_dir).app), ALL_DEEDS | CHANGES_NOTHING)
    does_something = set()
    # Those of another arrangement are tried there; whatever nobody has thought of is tried in each.
    for name in there - (ALL_DEEDS - DEEDS[arrangement]):
        anew()
        staff = arrangement(careless, data_dir)
        before = on_disk(data_dir), in_draft(staff.app)
        use(staff, name)
        if (on_disk(data_dir), in_draft(staff.app)) == before:
            continue
        does_something.add(name)
        anew()
        staff = arrangement(careless, data_dir)
        files = on_disk(data_dir)
        staff.app.session_state[_KEPT] = "typed by whoever was signed in"
        sign_out_elsewhere(staff)
        use(staff, name)
        assert on_disk(data_dir) == files, name
        assert in_draft(staff.app) == (None, ()), name
        assert _KEPT not in staff.app.session_state, name
    # Without this, none of it could fail.
    assert does_something >= DEEDS[arrangement]


def test_the_walk_leaves_no_button_out() -> None:
    """Every button in the source of the staff page is one of those that were tried, or changes nothing."""
    named = set()
    for path in [ROOT / "pages" / "staff.py", *(ROOT / "locator" / "ui" / "staff").glob("*.py")]:
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
                named |= named_by(call)
    assert named == ALL_DEEDS | CHANGES_NOTHING


def named_by(call: ast.Call) -> set[str]:
    """The beginning of the key of what a call puts on the page, if something can be done by it."""
    given = {one.arg: one.value for one in call.keywords}
    match call.func:
        case ast.Attribute(attr="form"):
            return {"FormSubmitter:" + beginning(call.args[0])}
        case ast.Attribute(attr="show_site_map") if "on_point" in given:
            return {_MAP}
        case ast.Attribute(attr="form_submit_button"):
            # Named by the form it is in.
            return set()
        case ast.Attribute(attr=attr) if attr.endswith("button") or {"on_click", "on_change"} & given.keys():
            does = given.get("on_click")
            shown = does if isinstance(does, ast.Attribute) else call.args[0]
            return {beginning(given.get("key") or shown)}
    return set()


def beginning(text: ast.expr) -> str:
    """The part of a text in the source that is the same each time."""
    match text:
        case ast.Constant(value=str(value)):
            return value
        case ast.JoinedStr(values=[ast.Constant(value=str(value)), *_]):
            return value
    return ast.unparse(text)


def test_dealt_with_settles_nothing_after_signing_out_in_another_tab() -> None:
    assert resources.reports().add("edina", Complaint.CLOSED)
    staff = whole(EDITOR)
    sign_out_elsewhere(staff)
    staff.press("staff-settle-edina")
    assert set(resources.reports().open()) == {"edina"}
    assert "This page is for staff." in staff.text


def test_what_the_page_was_drawn_for_does_not_make_an_approver_of_an_editor(
    data_dir: Path, anew: Callable[[], None]
) -> None:
    """As when somebody is made an editor while their page is open: it is drawn for an approver here."""
    anew()
    staff = a_version(lambda: careless(EDITOR), data_dir)
    before = on_disk(data_dir)
    staff.press(staff_key(staff, "staff-restore-"))
    assert on_disk(data_dir) == before
    staff = careless(OTHER_EDITOR).edit("edina", phone=OTHER_PHONE).publish()
    assert staff.said == ["The change waits for an approver."]
    staff = careless(EDITOR).press("staff-stamp-edina")
    assert staff.said == ["It is among your changes now."]
    assert [record["who"] for record in records(data_dir)][1:] == [APPROVER]


def staff_key(staff: Visit, start: str) -> str:
    (end,) = staff.keys(start)
    return start + end


def test_whoever_signs_out_while_clinics_are_being_placed_has_no_more_of_them_asked_for(
    data_dir: Path, service: FakeGeocoder
) -> None:
    for site_id in ("edina", "delano"):
        rewrite(data_dir, site_id, **NO_PIN)
    staff = careless().do(TABLE)
    answer = answering([EDINA])

    def sign_out_and_answer(handler: Handler) -> None:
        sign_out_elsewhere(staff)
        answer(handler)

    service.behave = sign_out_and_answer
    staff.press("staff-place")
    assert len(service.arrivals) == 1
    assert in_draft(staff.app) == (None, ())
