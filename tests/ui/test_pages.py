"""The finder page, run without a browser: what each search and filter shows, and what it keeps to itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from streamlit.testing.v1 import AppTest

from locator.presentation.map.features import Focus
from locator.staff.feedback.reports import Complaint
from locator.ui.finder.clinic_list import Choice
from locator.ui.runtime import resources
from tests.support.map_told import readable
from tests.support.page_visits import (
    ALL_IDS,
    PROCEDURE_IDS,
    Shown,
    forget_everything,
    html_of,
    map_facts,
    opened,
    place_buttons,
    send,
    shown,
    submit,
)
from tests.support.restarting import restart
from tests.support.shipped_copy import put_ahead_of_the_clock, rewrite


@pytest.fixture(autouse=True)
def _a_server_of_its_own() -> Iterator[None]:
    forget_everything()
    yield
    forget_everything()


@pytest.fixture
def with_staff(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody may sign in, so that what visitors report is read."""
    monkeypatch.setenv("LOCATOR_STAFF__OIDC_EDITORS", "pat@example.org")


def searched(text: str) -> Shown:
    return shown(submit(opened(), text))


def answers(app: AppTest) -> dict[str, str]:
    """What each card answers to a report."""
    said: dict[str, str] = shown(app).data["reported"]["answers"]
    return said


def reported(data_dir: Path) -> dict[str, dict[str, int]]:
    """The counts of complaints by clinic, as they are in the file."""
    path = data_dir / "history" / "reports.json"
    kept = json.loads(path.read_bytes()) if path.exists() else {}
    return {site_id: {one["complaint"]: one["count"] for one in made} for site_id, made in kept.items()}


def test_the_first_sight_has_every_clinic_the_map_the_legend_and_the_overview() -> None:
    first = shown(opened())
    assert set(first.ids) == ALL_IDS
    assert set(first.map_ids) == ALL_IDS
    assert "8 clinics" in first.found.text
    assert 'class="legend"' in html_of(first.app)
    assert "dorsal root ganglion" in first.app.markdown[0].value
    assert "aboutyourpain.com" in html_of(first.app)
    assert first.cards.all(of_class="distance") == []
    assert [facts for facts in map_facts(first.app) if facts["kind"] == "origin"] == []


def test_the_list_and_the_map_have_the_same_order_and_numbers() -> None:
    result = searched("55407")
    numbers = [heading.text.partition(".")[0] for heading in result.cards.all("h3")]
    assert numbers == [str(number) for number in range(1, 9)]
    assert result.map_ids == result.ids


def test_a_zip_code_lists_the_nearest_first_with_distances() -> None:
    result = searched("55407")
    assert result.ids[0] == "edina"
    assert "ZIP 55407" in result.found.text
    distances = [float(one.one("strong").text.split()[0]) for one in result.cards.all(of_class="distance")]
    assert len(distances) == 8
    assert distances == sorted(distances)
    (disc,) = [facts for facts in map_facts(result.app) if facts["kind"] == "origin"]
    assert disc["radius_m"] > 500


def test_blanks_are_no_search() -> None:
    assert searched("   ").found.text == shown(opened()).found.text


def test_a_place_outside_the_area_says_so_and_what_to_do() -> None:
    result = searched("Duluth")
    assert "outside" in result.found.text
    assert "763-201-8191" in result.found.text
    assert len(result.ids) == 8


def test_a_name_of_several_places_asks_and_a_click_answers() -> None:
    app = submit(opened(), "Washington")
    labels = place_buttons(app)
    assert len(labels) > 1
    assert f"{len(labels)} places" in app.header[0].value
    assert set(shown(app).ids) == ALL_IDS
    app.button(key="place-0").click().run()
    result = shown(app)
    assert place_buttons(app) == []
    assert labels[0] in result.found.text
    assert app.text_input(key="place").value == labels[0]
    assert len(result.cards.all(of_class="distance")) == 8


def test_a_slip_gets_suggestions_and_a_click_takes_one() -> None:
    app = submit(opened(), "Minneaplis")
    labels = place_buttons(app)
    assert "Minneapolis, MN" in labels
    assert app.text[0].value
    app.button(key=f"place-{labels.index('Minneapolis, MN')}").click().run()
    assert "Minneapolis, MN" in shown(app).found.text


@pytest.mark.parametrize(
    "text",
    ["Qqzzxx", "<script>alert(1)</script>", "{{ 7 * 7 }}", "'; DROP TABLE x; --", "\U0001f600", "x" * 10_000],
)
def test_a_place_nobody_knows_says_why_and_still_lists_every_clinic(text: str) -> None:
    result = searched(text)
    assert "not find" in result.found.text
    assert result.app.text[0].value
    assert set(result.ids) == ALL_IDS


@pytest.mark.parametrize("text", ["Qqzzxx", "Minneaplis", "Secretish St 5, 55407"])
def test_what_was_typed_stays_in_its_box(text: str) -> None:
    result = searched(text)
    app = result.app
    assert app.query_params == {}
    protos = [
        str(one.proto)
        for kind in ("html", "bidi_component", "component_instance", "text", "header")
        for one in app.get(kind)
    ]
    assert all(text not in readable(unquote(sent)) for sent in protos)


def test_evaluation_lists_every_clinic_of_the_practice() -> None:
    app = opened()
    app.button_group(key="need").set_value("evaluation").run()
    assert set(shown(app).ids) == ALL_IDS


@pytest.mark.parametrize("place", ["", "55407"])
@pytest.mark.parametrize("need", ["procedure", "both"])
def test_procedures_keep_the_unknown_visible_under_their_own_heading(place: str, need: str) -> None:
    app = submit(opened(), place)
    app.button_group(key="need").set_value(need).run()
    result = shown(app)
    known, unknown = result.groups.values()
    assert set(known) == PROCEDURE_IDS
    assert set(unknown) == ALL_IDS - PROCEDURE_IDS
    assert "not known" in list(result.groups)[1].lower()
    assert "2 clinics" in result.found.text


def test_a_distance_keeps_what_is_within_it_and_counts_the_rest() -> None:
    app = submit(opened(), "55407")
    app.selectbox(key="within-en").select(10).run()
    result = shown(app)
    assert 0 < len(result.ids) < 8
    assert all(
        float(one.one("strong").text.split()[0]) <= 10 for one in result.cards.all(of_class="distance")
    )
    assert f"{8 - len(result.ids)} more" in result.found.text


def test_no_clinic_within_reach_says_so_and_to_look_farther() -> None:
    app = submit(opened(), "Duluth")
    app.selectbox(key="within-en").select(5).run()
    result = shown(app)
    assert result.ids == []
    assert "763-201-8191" in result.found.text


def test_a_weekday_keeps_the_clinics_that_are_open_then() -> None:
    app = opened()
    app.selectbox(key="weekday-en").select(4).run()
    # Fridays: not Burnsville, Monday to Thursday; not Delano, Thursdays only.
    assert set(shown(app).ids) == ALL_IDS - {"burnsville", "delano"}


def test_hours_that_are_not_known_are_kept_apart(data_dir: Path) -> None:
    rewrite(data_dir, "edina", hours="", hours_as_of="")
    app = opened()
    app.selectbox(key="weekday-en").select(3).run()
    known, unknown = shown(app).groups.values()
    assert unknown == ["edina"]
    assert set(known) == ALL_IDS - {"edina"}


def test_a_wheelchair_entrance_drops_a_no_and_keeps_the_unknown(data_dir: Path) -> None:
    rewrite(data_dir, "edina", wheelchair_entrance="no")
    rewrite(data_dir, "delano", wheelchair_entrance="")
    app = opened()
    app.checkbox(key="wheelchair").check().run()
    known, unknown = shown(app).groups.values()
    assert unknown == ["delano"]
    assert set(known) == ALL_IDS - {"edina", "delano"}


def test_a_file_ahead_of_the_clock_leaves_the_last_good_list_with_a_notice(data_dir: Path) -> None:
    app = opened()
    put_ahead_of_the_clock(data_dir)
    app.run()
    assert "could not be checked" in app.warning[0].value
    assert set(shown(app).ids) == ALL_IDS
    assert "2999" not in shown(app).cards.text


def test_a_start_with_a_clock_behind_the_file_shows_all_clinics_but_not_who_is_open_now(
    data_dir: Path,
) -> None:
    rewrite(data_dir, "edina", hours="24/7", hours_as_of="2026-01")
    right = (data_dir / "clinics.csv").read_bytes()
    put_ahead_of_the_clock(data_dir)
    app = opened()
    assert list(app.warning) == []
    assert set(shown(app).ids) == ALL_IDS
    assert "January 1, 2999" in shown(app).cards.text
    assert "Open " not in shown(app).cards.text
    (data_dir / "clinics.csv").write_bytes(right)
    assert "Open " in shown(app.run()).cards.text


def test_a_file_that_goes_bad_leaves_the_last_good_list_with_a_notice(data_dir: Path) -> None:
    app = opened()
    assert list(app.warning) == []
    rewrite(data_dir, "edina", zip="made up")
    app.run()
    assert "last correct" in app.warning[0].value
    assert "763-201-8191" in app.warning[0].value
    assert set(shown(app).ids) == ALL_IDS
    rewrite(data_dir, "edina", zip="55435")
    app.run()
    assert list(app.warning) == []


def test_a_start_with_a_bad_row_leaves_it_out_and_says_so(data_dir: Path) -> None:
    rewrite(data_dir, "edina", zip="made up")
    app = opened()
    assert "left out" in app.warning[0].value
    assert "made up" not in app.warning[0].value
    assert set(shown(app).ids) == ALL_IDS - {"edina"}


@pytest.mark.parametrize("place", ["", "55407"])
def test_a_page_without_any_directory_still_says_whom_to_call(data_dir: Path, place: str) -> None:
    (data_dir / "clinics.csv").unlink()
    app = submit(opened(), place)
    assert shown(app).ids == []
    assert "763-201-8191" in app.warning[0].value


def test_an_update_of_the_file_shows_at_the_next_run(data_dir: Path) -> None:
    app = opened()
    rewrite(data_dir, "edina", active="no")
    app.run()
    assert set(shown(app).ids) == ALL_IDS - {"edina"}


def test_a_clinic_without_a_pin_is_listed_and_not_drawn(data_dir: Path) -> None:
    rewrite(data_dir, "delano", latitude="", longitude="", pin_source="", pin_precision="")
    result = shown(submit(opened(), "55407"))
    assert result.ids[-1] == "delano"
    assert "delano" not in result.map_ids
    assert set(result.map_ids) == ALL_IDS - {"delano"}


def test_the_map_is_the_same_component_whatever_is_listed() -> None:
    app = opened()
    (before,) = app.get("component_instance")
    submit(app, "55407")
    app.button_group(key="need").set_value("procedure").run()
    (after,) = app.get("component_instance")
    assert before.proto.id == after.proto.id
    assert json.loads(before.proto.json_args)["script"] == json.loads(after.proto.json_args)["script"]


def test_a_clinic_chosen_in_the_list_is_marked_there_and_named_to_the_map() -> None:
    app = opened()
    app.session_state["choice"] = Choice("edina", list_focus=Focus("edina", 3))
    result = shown(app.run())
    assert result.data["chosen"] == "edina"
    assert result.data["from_map"] is None
    (view,) = [facts for facts in map_facts(app) if facts["kind"] == "view"]
    assert view["focus"] == {"id": "edina", "turn": 3}


def test_a_clinic_chosen_on_the_map_is_marked_in_the_list_and_leaves_the_map_alone() -> None:
    app = opened()
    app.session_state["choice"] = Choice("edina", map_focus=Focus("edina", 2))
    result = shown(app.run())
    assert result.data["chosen"] == "edina"
    assert result.data["from_map"] == {"site_id": "edina", "turn": 2}
    (view,) = [facts for facts in map_facts(app) if facts["kind"] == "view"]
    assert view["focus"] is None


def test_tiles_are_asked_for_unless_they_are_turned_off(monkeypatch: pytest.MonkeyPatch) -> None:
    (with_tiles,) = opened().get("component_instance")
    monkeypatch.setenv("LOCATOR_TILE_URL", "none")
    forget_everything()
    (without,) = opened().get("component_instance")
    assert "L.tileLayer" in with_tiles.proto.json_args
    assert "L.tileLayer" not in without.proto.json_args


def test_the_practices_name_and_phone_are_the_operators(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCATOR_PRACTICE_NAME", "Made-up Practice")
    monkeypatch.setenv("LOCATOR_PRACTICE_PHONE", "612-555-0188")
    app = opened()
    assert "Made-up Practice" in html_of(app)
    assert html_of(app).count("612-555-0188") >= 2


def test_a_search_is_asked_for_without_the_browsers_memory_of_it() -> None:
    assert opened().text_input(key="place").proto.autocomplete == "off"


@pytest.mark.usefixtures("with_staff")
def test_each_card_offers_the_whole_fixed_list_and_the_practices_phone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LOCATOR_PRACTICE_PHONE", "612-555-0188")
    for card in shown(opened()).cards.all("li", of_class="clinic"):
        wrong = card.one("details", of_class="wrong")
        sent = [button.attributes["data-report"] for button in wrong.all("button")]
        assert sent == [f"{card.attributes['data-site']} {complaint}" for complaint in Complaint]
        assert "612-555-0188" in wrong.text


@pytest.mark.usefixtures("with_staff")
def test_a_report_is_counted_and_answered_on_its_card_while_the_list_stays_as_it_was(data_dir: Path) -> None:
    before = shown(submit(opened(), "55407"))
    after = shown(send(before.app, "edina closed"))
    assert reported(data_dir) == {"edina": {"closed": 1}}
    assert after.data["reported"] == {
        "answers": {"edina": "Thank you. Staff will check it."},
        "latest": "edina",
        "turn": 1,
    }
    assert after.data["cards"] == before.data["cards"]
    assert after.data["found"] == before.data["found"]


@pytest.mark.usefixtures("with_staff")
def test_something_else_is_counted_and_asks_for_a_call(data_dir: Path) -> None:
    app = send(opened(), "edina other")
    assert reported(data_dir) == {"edina": {"other": 1}}
    assert "763-201-8191" in answers(app)["edina"]


@pytest.mark.usefixtures("with_staff")
def test_the_same_report_twice_in_a_visit_counts_once(data_dir: Path) -> None:
    app = send(send(opened(), "edina moved"), "edina moved")
    assert reported(data_dir) == {"edina": {"moved": 1}}
    assert answers(app) == {"edina": "Thank you. Staff will check it."}
    assert shown(app).data["reported"]["turn"] == 2


@pytest.mark.usefixtures("with_staff")
def test_a_run_without_a_report_counts_and_answers_nothing_anew(data_dir: Path) -> None:
    app = send(opened(), "edina moved").run()
    assert reported(data_dir) == {"edina": {"moved": 1}}
    assert shown(app).data["reported"]["turn"] == 1


@pytest.mark.usefixtures("with_staff")
def test_a_visit_may_report_three_things_and_is_then_asked_to_call(data_dir: Path) -> None:
    app = opened()
    for sent in ("edina closed", "edina moved", "delano closed", "chaska closed"):
        send(app, sent)
    assert reported(data_dir) == {"edina": {"closed": 1, "moved": 1}, "delano": {"closed": 1}}
    assert "763-201-8191" in answers(app)["chaska"]
    assert "Thank you" not in answers(app)["chaska"]
    assert answers(app)["delano"] == "Thank you. Staff will check it."


@pytest.mark.usefixtures("with_staff")
def test_another_visit_may_report_again(data_dir: Path) -> None:
    for _ in range(2):
        send(opened(), "edina closed")
    assert reported(data_dir) == {"edina": {"closed": 2}}


@pytest.mark.usefixtures("with_staff")
def test_when_the_hour_is_full_a_visitor_is_asked_to_call_and_may_report_later(data_dir: Path) -> None:
    app = opened()
    for _ in range(30):
        resources.reports().add("delano", Complaint.CLOSED)
    send(app, "edina closed")
    assert reported(data_dir) == {"delano": {"closed": 30}}
    assert "763-201-8191" in answers(app)["edina"]
    restart()
    send(app, "edina closed")
    assert reported(data_dir) == {"delano": {"closed": 30}, "edina": {"closed": 1}}


@pytest.mark.usefixtures("with_staff")
@pytest.mark.parametrize(
    "sent",
    [
        "nowhere closed",
        "edina made-up",
        "edina",
        "",
        None,
        7,
        ["edina", "closed"],
        {"site_id": "edina"},
        "<b>x</b> closed",
    ],
)
def test_a_forged_report_of_an_unknown_clinic_or_complaint_is_ignored(data_dir: Path, sent: object) -> None:
    app = send(opened(), sent)
    assert answers(app) == {}
    assert reported(data_dir) == {}
    assert not (data_dir / "history").exists()


@pytest.mark.usefixtures("with_staff")
def test_a_clinic_that_was_retired_meanwhile_cannot_be_reported(data_dir: Path) -> None:
    app = opened()
    rewrite(data_dir, "edina", active="no")
    assert answers(send(app, "edina closed")) == {}


@pytest.mark.usefixtures("with_staff")
@pytest.mark.usefixtures("data_dir")
def test_the_clinic_a_search_has_first_is_counted_once_and_no_other() -> None:
    app = opened()
    assert resources.view_counts().counts() == {}
    submit(app, "55407").run()
    assert resources.view_counts().counts() == {"edina": 1}
    send(app, "edina closed")
    submit(app, "55109")
    submit(app, "55407")
    assert resources.view_counts().counts() == {"edina": 2, "maplewood": 1}


def test_where_no_staff_can_sign_in_nothing_is_offered_counted_or_written(data_dir: Path) -> None:
    app = submit(opened(), "55407")
    assert shown(app).cards.all("details", of_class="wrong") == []
    assert answers(send(app, "edina closed")) == {}
    assert not (data_dir / "history").exists()


@pytest.mark.parametrize(("days", "old"), [("1", True), ("3650", False)])
def test_the_days_after_which_a_listing_is_marked_as_old_are_the_operators(
    monkeypatch: pytest.MonkeyPatch, days: str, old: bool
) -> None:
    monkeypatch.setenv("LOCATOR_STAFF__STALE_AFTER_DAYS", days)
    assert ("Not checked for over" in shown(opened()).cards.text) is old
