"""The referral page, run without a browser: what each place, wish and choice shows, and what is kept."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from streamlit.testing.v1 import AppTest

from tests.support.map_told import readable
from tests.support.page_visits import (
    ALL_IDS,
    PROCEDURE_IDS,
    forget_everything,
    html_of,
    place_buttons,
)
from tests.support.referral_visits import ADDRESS, FIELD, Seen, opened, params_of, press_choose, seen, submit
from tests.support.shipped_copy import put_ahead_of_the_clock, rewrite

PHONE = "763-201-8191"
BEST_FROM_55407 = "edina burnsville"
LINKED = {"from": "55407", "evaluation": "chaska", "procedure": "maple-grove"}


@pytest.fixture(autouse=True)
def _a_server_of_its_own() -> Iterator[None]:
    forget_everything()
    yield
    forget_everything()


def started(text: str) -> Seen:
    return seen(submit(opened(), text))


def everything_kept(app: AppTest) -> str:
    """All that this visit's memory, the address bar and the page hold."""
    protos = [str(one.proto) for one in app.main if hasattr(one, "proto")]
    memory = app.session_state._state.filtered_state  # noqa: SLF001 - it has no public listing
    return readable(unquote(f"{memory} {params_of(app)} {protos}"))


def deny_procedures(data_dir: Path, site_id: str) -> None:
    """Have a source say that a clinic does no procedures."""
    rewrite(
        data_dir,
        site_id,
        procedure="no",
        procedure_status="provisional",
        procedure_source="Made-up call",
        procedure_as_of="2026-01-02",
    )


def miles_in(text: str) -> int:
    """The miles that a sentence tells first."""
    (miles, *_) = re.findall(r"(\d+) miles", text)
    return int(miles)


def test_before_any_place_it_asks_for_one_and_warns_that_no_procedure_site_is_confirmed() -> None:
    first = seen(opened())
    assert first.found.text == (
        f"No procedure site is confirmed by the practice yet. Call {PHONE} before the patient travels."
        " Give a ZIP code, a city or a county to rank the sites by travel."
    )
    assert (first.groups, first.chosen, first.sheet) == ({}, "", None)
    assert set(first.map_ids) == ALL_IDS
    assert first.ways == []
    assert "Choose the sites" in first.total
    assert params_of(first.app) == {}
    assert list(first.app.warning) == []


def test_a_zip_code_leads_to_pairs_a_plan_and_a_sheet() -> None:
    made = started("55407")
    assert made.app.text_input(key=FIELD).value == "ZIP 55407 (Minneapolis, MN)"
    assert made.groups["Least travel first"][0] == made.chosen == BEST_FROM_55407
    assert made.compared["Sites"][0].endswith("Edina Evaluation")
    assert made.compared["Sites"][1].endswith("Burnsville Procedures")
    assert made.map_ids[:2] == ["edina", "burnsville"]
    assert len(made.ways) == 2
    assert made.sheet is not None
    assert "Edina" in made.sheet.text
    assert "Burnsville" in made.sheet.text
    assert made.found.text.startswith("No procedure site is confirmed by the practice yet.")


def test_the_list_the_visits_and_the_sheet_tell_the_same_miles() -> None:
    made = started("55407")
    first = made.pairs.all("li", of_class="pair")[0]
    assert miles_in(first.text) == miles_in(made.total)
    said = re.search(
        r"Total travel from ZIP 55407 \(Minneapolis, MN\): ([\d.]+) miles", made.sheet_text or ""
    )
    assert said is not None
    assert round(float(said[1])) == miles_in(made.total)


def test_no_part_is_shown_surer_than_it_is() -> None:
    made = started("55407")
    assert set(made.compared["Evaluation"]) == {"Yes, not yet confirmed"}
    assert set(made.compared["Procedures"]) == {"Yes, not yet confirmed", "Not known – call to ask"}
    for pair in made.pairs.all("li", of_class="pair"):
        if "not known" not in pair.text:
            assert pair.text.count("yes, not yet confirmed") == 2
    assert "NOT YET CONFIRMED" in (made.sheet_text or "")


def test_a_confirmed_procedure_site_takes_the_warning_away(data_dir: Path) -> None:
    for one in PROCEDURE_IDS:
        rewrite(
            data_dir,
            one,
            procedure_status="confirmed",
            procedure_source="Made-up call",
            verified_on="2026-01-02",
            verified_by="Made-up person",
        )
    assert started("55407").found.text == (
        "Pairs of sites from ZIP 55407 (Minneapolis, MN), the least travel first."
    )


def test_blanks_are_no_place() -> None:
    made = started("   ")
    assert made.found.text == seen(opened()).found.text
    assert params_of(made.app) == {}


def test_a_name_of_several_places_asks_and_a_click_answers() -> None:
    app = submit(opened(), "Washington")
    labels = place_buttons(app)
    assert len(labels) > 1
    assert f"{len(labels)} places" in app.header[0].value
    assert seen(app).sheet is None
    app.button(key="place-0").click().run()
    made = seen(app)
    assert place_buttons(app) == []
    assert app.text_input(key=FIELD).value == labels[0]
    assert labels[0] in made.found.text
    assert params_of(app)["from"] == labels[0]
    assert made.sheet is not None


def test_a_slip_gets_suggestions_and_a_click_takes_one() -> None:
    app = submit(opened(), "Minneaplis")
    labels = place_buttons(app)
    app.button(key=f"place-{labels.index('Minneapolis, MN')}").click().run()
    assert "Minneapolis, MN" in seen(app).found.text


@pytest.mark.parametrize(
    "text",
    ["Qqzzxx", "<script>alert(1)</script>", "{{ 7 * 7 }}", "'; DROP TABLE x; --", "\U0001f600", "5540"],
)
def test_a_place_nobody_knows_says_why_and_makes_no_plan(text: str) -> None:
    made = started(text)
    assert made.app.header[0].value == "We could not find that place"
    assert made.app.text[0].value
    assert made.sheet is None
    assert params_of(made.app) == {}


@pytest.mark.parametrize(
    ("typed", "label", "linked"),
    [
        ("12 Secretish St, Minneapolis, MN 55407", "ZIP 55407 (Minneapolis, MN)", "55407"),
        ("12 Secretish St, Edina", "Edina, MN", "Edina, MN"),
        ("Secretish Manor 55407", "ZIP 55407 (Minneapolis, MN)", "55407"),
    ],
)
def test_a_street_that_is_typed_gives_way_to_its_place_and_is_kept_nowhere(
    typed: str, label: str, linked: str
) -> None:
    made = started(typed)
    assert made.app.text_input(key=FIELD).value == label
    assert params_of(made.app)["from"] == linked
    assert label in everything_kept(made.app)
    assert "Secretish" not in everything_kept(made.app)


def test_a_street_that_a_link_carries_is_kept_nowhere_either() -> None:
    made = seen(opened(**{"from": "12 Secretish St, Edina"}))
    assert made.app.text_input(key=FIELD).value == "Edina, MN"
    assert "Secretish" not in everything_kept(made.app)


def test_a_clinic_is_no_start_to_link_to() -> None:
    made = started("ispine edina")
    assert made.sheet is not None
    assert params_of(made.app).keys() == {"evaluation", "procedure"}


def test_the_page_has_one_field_to_type_in_and_it_is_for_the_place() -> None:
    app = submit(opened(), "55407")
    assert [one.label for one in app.text_input] == ["Patient's ZIP code, city or county"]
    assert app.text_input(key=FIELD).proto.autocomplete == "off"
    assert [one.label for one in app.number_input] == ["Programming sessions to count"]
    for kind in ("text_area", "date_input", "time_input", "chat_input", "file_uploader", "camera_input"):
        assert len(app.get(kind)) == 0, kind


def test_the_evaluation_alone_offers_single_clinics_and_asks_for_no_procedure_site() -> None:
    app = submit(opened(), "55407")
    app.button_group(key="planned").set_value("Evaluation only").run()
    made = seen(app)
    assert made.groups == {"Nearest evaluation clinics": ["edina", "burnsville", "maplewood"]}
    assert made.chosen == "edina"
    assert "procedure site" not in made.found.text
    assert [one.key for one in app.selectbox if (one.key or "").startswith("choose")] == [
        "choose-evaluation_id"
    ]
    assert made.total.startswith("1 visit, about 13 miles")
    assert params_of(app) == {"from": "55407", "evaluation": "edina"}
    assert len(made.ways) == 1
    assert "EVALUATION FOR DRG STIMULATION" in (made.sheet_text or "")


def test_a_pair_chosen_before_still_marks_its_clinic_when_the_evaluation_is_all_that_is_planned() -> None:
    app = submit(opened(), "55407")
    press_choose(app, "burnsville burnsville")
    app.button_group(key="planned").set_value("Evaluation only").run()
    assert seen(app).chosen == "burnsville"
    app.button_group(key="planned").set_value("The whole way").run()
    assert seen(app).chosen == "burnsville burnsville"


def test_another_pair_of_the_list_becomes_the_plan() -> None:
    made = press_choose(submit(opened(), "55407"), "edina maple-grove")
    assert made.chosen == "edina maple-grove"
    assert params_of(made.app) == {"from": "55407", "evaluation": "edina", "procedure": "maple-grove"}
    assert made.app.selectbox(key="choose-procedure_id").value == "maple-grove"
    assert made.compared["Sites"][1].endswith("Maple Grove Procedures")
    assert "Maple Grove" in (made.sheet_text or "")
    assert made.map_ids[:2] == ["edina", "maple-grove"]


def test_a_pair_that_is_one_site_is_one_column_and_one_line() -> None:
    made = press_choose(submit(opened(), "55407"), "burnsville burnsville")
    assert made.compared["Sites"][0].endswith("Burnsville Evaluation and procedures")
    assert not made.compared["Sites"][1].endswith(("Evaluation", "Procedures"))
    assert len(made.ways) == 1


def test_a_site_chosen_by_hand_becomes_part_of_the_plan() -> None:
    app = submit(opened(), "55407")
    app.selectbox(key="choose-evaluation_id").select("chaska").run()
    made = seen(app)
    assert params_of(app) == {"from": "55407", "evaluation": "chaska", "procedure": "burnsville"}
    assert made.compared["Sites"][0].endswith("Chaska Evaluation")
    assert made.app.selectbox(key="choose-procedure_id").value == "burnsville"


def test_a_site_of_unknown_part_can_be_chosen_and_is_shown_as_such() -> None:
    app = submit(opened(), "55407")
    app.selectbox(key="choose-procedure_id").select("delano").run()
    made = seen(app)
    assert made.compared["Procedures"][1] == "Not known – call to ask"
    assert "Not known – call to ask" in (made.sheet_text or "")


def test_a_site_known_not_to_do_a_part_is_not_there_to_choose_for_it(data_dir: Path) -> None:
    deny_procedures(data_dir, "delano")
    app = submit(opened(), "55407")
    treating = " ".join(app.selectbox(key="choose-procedure_id").options)
    evaluating = " ".join(app.selectbox(key="choose-evaluation_id").options)
    assert "Delano" in evaluating
    assert "Delano" not in treating


def test_sites_can_be_chosen_before_any_place_is_given() -> None:
    app = opened()
    app.selectbox(key="choose-evaluation_id").select("edina").run()
    assert seen(app).sheet is None
    app.selectbox(key="choose-procedure_id").select("burnsville").run()
    made = seen(app)
    assert params_of(app) == {"evaluation": "edina", "procedure": "burnsville"}
    assert made.total == "9 visits. Give a ZIP code or a city to see the miles."
    assert "Distance" not in made.compared
    assert made.ways == []
    assert made.sheet is not None


def test_another_place_has_the_sites_chosen_anew() -> None:
    app = submit(opened(), "55407")
    press_choose(app, "burnsville burnsville")
    made = seen(submit(app, "55318"))
    assert made.chosen == made.groups["Least travel first"][0]
    assert params_of(app)["from"] == "55318"
    assert params_of(app)["evaluation"] == "chaska"


def test_more_programming_sessions_mean_more_visits_and_more_miles() -> None:
    app = submit(opened(), "55407")
    before = seen(app).total
    app.number_input(key="sessions").set_value(6).run()
    after = seen(app).total
    assert before.startswith("9 visits, about ")
    assert after.startswith("12 visits, about ")
    # Three more ways there and back of 6.3 miles.
    assert miles_in(after) - miles_in(before) in {37, 38}
    assert miles_in(seen(app).pairs.all("li", of_class="pair")[0].text) == miles_in(after)


def test_no_programming_session_leaves_them_out_of_the_visits() -> None:
    app = submit(opened(), "55407")
    assert "Programming session" in html_of(app)
    app.number_input(key="sessions").set_value(0).run()
    assert seen(app).total.startswith("6 visits, about ")
    assert "Programming session" not in html_of(app)


def test_as_many_sessions_as_the_content_may_count_are_no_error(data_dir: Path) -> None:
    path = data_dir / "referral.toml"
    text = path.read_text(encoding="utf-8")
    assert text.count("times = 3") == 1
    path.write_text(text.replace("times = 3", "times = 50"), encoding="utf-8")
    made = started("55407")
    assert made.app.number_input(key="sessions").value == 50
    assert made.total.startswith("56 visits")


def test_a_fact_that_no_site_has_keeps_all_apart_and_begins_with_none() -> None:
    app = submit(opened(), "55407")
    app.checkbox(key="accepting").check().run()
    made = seen(app)
    assert list(made.groups) == ["May fit – not known"]
    assert "does not mean no" in made.pairs.text
    assert made.sheet is None


def test_nothing_within_reach_says_so_and_makes_no_plan() -> None:
    app = submit(opened(), "55407")
    app.selectbox(key="within-en").select(5).run()
    made = seen(app)
    assert "within 5 miles of ZIP 55407" in made.found.text
    assert (made.groups, made.sheet) == ({}, None)


def test_a_place_outside_the_area_says_so_and_what_to_do() -> None:
    made = started("Duluth")
    assert "outside the Twin Cities area" in made.found.text
    assert PHONE in made.notes[0]


@pytest.mark.parametrize("planned", ["The whole way", "Evaluation only"])
def test_a_site_without_a_pin_is_named_and_not_drawn(data_dir: Path, planned: str) -> None:
    rewrite(data_dir, "delano", latitude="", longitude="", pin_source="", pin_precision="")
    app = submit(opened(), "55407")
    app.button_group(key="planned").set_value(planned).run()
    made = seen(app)
    assert any("Delano" in note and "no distance" in note for note in made.notes)
    assert "delano" not in made.map_ids


def test_a_plan_with_a_site_without_a_pin_says_why_there_are_no_miles(data_dir: Path) -> None:
    rewrite(data_dir, "delano", latitude="", longitude="", pin_source="", pin_precision="")
    made = seen(opened(**LINKED | {"evaluation": "delano"}))
    assert made.total.endswith("a site has no place on the map.")
    assert made.compared["Distance"][0] == "Not known"
    assert len(made.ways) == 1


def test_the_criteria_say_nothing_before_they_are_answered() -> None:
    said = seen(opened()).criteria
    assert said.all("li") == []
    assert said.one(of_class="count").text.endswith("0 met, 0 not met, 6 not answered.")


def test_answers_are_restated_on_the_page_and_on_the_sheet_and_judge_nothing() -> None:
    app = submit(opened(), "55407")
    app.button_group(key="criterion-duration").set_value("No").run()
    app.button_group(key="criterion-area").set_value(["Knee", "Foot"]).run()
    made = seen(app)
    said = [one.text for one in made.criteria.all("li")]
    assert "Not met: Nerve pain in one area for six months or more." in said
    assert "Met: Pain in an area that the page names (Knee, Foot)." in said
    assert sum(one.startswith("Not answered") for one in said) == 4
    assert made.criteria.one(of_class="count").text.endswith("1 met, 1 not met, 4 not answered.")
    assert "Not met: Nerve pain in one area for six months or more" in (made.sheet_text or "")
    assert "eligible" not in (made.criteria.text + (made.sheet_text or "")).lower()


def test_an_answer_to_a_criterion_is_not_in_the_link() -> None:
    app = submit(opened(), "55407")
    before = params_of(app)
    app.button_group(key="criterion-area").set_value(["Knee"]).run()
    app.number_input(key="sessions").set_value(6).run()
    assert params_of(app) == before == {"from": "55407", "evaluation": "edina", "procedure": "burnsville"}


@pytest.mark.parametrize("text", ["Washington", "Qqzzxx", ""])
def test_the_address_bar_forgets_a_plan_that_the_page_no_longer_shows(text: str) -> None:
    app = submit(opened(), "55407")
    assert seen(app).sheet is not None
    assert seen(submit(app, text)).sheet is None
    assert params_of(app) == {}


def test_a_start_without_a_plan_stays_in_the_address_bar() -> None:
    app = submit(opened(), "55407")
    app.checkbox(key="accepting").check().run()
    assert seen(app).sheet is None
    assert params_of(app) == {"from": "55407"}


def test_the_link_on_the_sheet_is_that_in_the_address_bar() -> None:
    made = started("55407")
    assert made.link == f"{ADDRESS}?from=55407&evaluation=edina&procedure=burnsville"
    assert made.link in (made.sheet_text or "")


def test_a_link_shows_the_same_start_and_pair_again() -> None:
    made = seen(opened(**LINKED))
    assert made.app.text_input(key=FIELD).value == "ZIP 55407 (Minneapolis, MN)"
    assert made.compared["Sites"][0].endswith("Chaska Evaluation")
    assert made.compared["Sites"][1].endswith("Maple Grove Procedures")
    assert params_of(made.app) == LINKED
    assert list(made.app.warning) == []


@pytest.mark.parametrize("place", ["Edina", "Hennepin County", "60601"])
def test_the_parameters_of_a_visit_lead_another_visit_to_the_same_view(place: str) -> None:
    first = submit(opened(), place)
    first = press_choose(first, BEST_FROM_55407).app
    second = opened(**params_of(first))
    assert second.text_input(key=FIELD).value == first.text_input(key=FIELD).value
    assert seen(second).sheet_text == seen(first).sheet_text
    assert params_of(second) == params_of(first)


def test_a_link_to_an_evaluation_alone_shows_just_that() -> None:
    made = seen(opened(**{"from": "55407", "evaluation": "chaska"}))
    assert made.app.button_group(key="planned").value == "Evaluation only"
    assert made.chosen == "chaska"
    assert made.total.startswith("1 visit, ")


@pytest.mark.parametrize("part", ["evaluation", "procedure"])
@pytest.mark.parametrize("named", ["gone", "<b>x</b>", "{{ 7 * 7 }}", "edina burnsville"])
def test_a_link_to_a_site_that_is_not_listed_says_so_and_keeps_the_rest(part: str, named: str) -> None:
    made = seen(opened(**LINKED | {part: named}))
    (notice,) = made.app.warning
    assert "no longer listed" in notice.value
    assert "choose again" in notice.value
    assert named not in notice.value
    assert made.sheet is None
    kept, lost = ("procedure", "evaluation") if part == "evaluation" else ("evaluation", "procedure")
    assert made.app.selectbox(key=f"choose-{kept}_id").value == LINKED[kept]
    assert made.app.selectbox(key=f"choose-{lost}_id").value == ""
    assert seen(submit(made.app, "55407")).sheet is not None
    assert list(made.app.warning) == []


def test_a_link_to_a_site_known_not_to_do_its_part_says_so(data_dir: Path) -> None:
    deny_procedures(data_dir, "maple-grove")
    made = seen(opened(**LINKED))
    assert "no longer listed for that part" in made.app.warning[0].value
    assert made.sheet is None


@pytest.mark.parametrize(
    "params",
    [
        {"from": "x" * 10_000},
        {"from": "<script>alert(1)</script>", "evaluation": "", "procedure": ""},
        {"from": "Washington", "evaluation": "edina", "procedure": "burnsville"},
        {"procedure": "burnsville"},
        {"patient": "Secret", "dob": "Secret"},
    ],
)
def test_an_odd_link_is_no_error(params: dict[str, str]) -> None:
    made = seen(opened(**params))
    assert list(made.app.warning) == []
    assert "Secret" not in (made.sheet_text or "")
    assert (made.link or ADDRESS).startswith(ADDRESS)


def test_the_start_and_the_pair_are_still_there_after_a_look_at_the_other_page() -> None:
    app = submit(opened(), "12 Secretish St, Edina")
    press_choose(app, "burnsville burnsville")
    app.switch_page("find.py").run()
    assert [error.value for error in app.exception] == []
    app.switch_page("refer.py").run()
    assert app.text_input(key=FIELD).value == "Edina, MN"
    assert seen(app).chosen == "burnsville burnsville"
    assert "Secretish" not in everything_kept(app)


def test_each_site_compared_has_a_contact_card_and_the_plan_its_sheet_on_paper() -> None:
    made = started("55407")
    keys = [one.key for one in made.app.get("download_button")]
    assert keys[-1] == "pdf"
    assert keys[:2] == ["vcard-edina", "vcard-burnsville"]
    assert len(keys) == len(made.compared["Sites"]) + 1


@pytest.mark.parametrize(
    "damage", ["[[visit", "source = 7\n", None], ids=["no TOML", "a wrong type", "no file"]
)
def test_content_with_an_error_gives_a_plain_message_until_it_is_mended(
    data_dir: Path, damage: str | None
) -> None:
    path = data_dir / "referral.toml"
    good = path.read_bytes()
    if damage is None:
        path.unlink()
    else:
        path.write_text(damage, encoding="utf-8")
    app = opened(**LINKED)
    assert [error.value for error in app.exception] == []
    (said,) = app.error
    assert said.value == f"This page is out of order: its text has errors. Call {PHONE} to refer a patient."
    drawn = {one.key for one in app.get("bidi_component")}
    assert drawn.isdisjoint({"pair-list", "referral-sheet"})
    path.write_bytes(good)
    assert seen(app.run()).sheet is not None
    assert list(app.error) == []


def test_a_sheet_is_of_no_day_that_is_over_where_the_clock_is_behind_the_file(data_dir: Path) -> None:
    put_ahead_of_the_clock(data_dir)
    forget_everything()
    text = seen(submit(opened(), "55407")).sheet_text
    assert text is not None
    assert "Accurate as of January 1, 2999" in text


def test_a_listing_that_goes_bad_leaves_the_last_good_one_with_a_notice(data_dir: Path) -> None:
    app = submit(opened(), "55407")
    assert list(app.warning) == []
    rewrite(data_dir, "edina", zip="made up")
    made = seen(app.run())
    assert "last correct" in app.warning[0].value
    assert PHONE in app.warning[0].value
    assert made.chosen == BEST_FROM_55407
    rewrite(data_dir, "edina", zip="55435")
    app.run()
    assert list(app.warning) == []


def test_a_start_with_a_bad_row_leaves_it_out_and_says_so(data_dir: Path) -> None:
    rewrite(data_dir, "edina", zip="made up")
    made = started("55407")
    assert "left out" in made.app.warning[0].value
    assert "edina" not in made.map_ids
    assert made.chosen.split()[0] != "edina"


def test_a_site_that_closes_while_it_is_chosen_leaves_its_part_open(data_dir: Path) -> None:
    app = press_choose(submit(opened(), "55407"), "edina maple-grove").app
    rewrite(data_dir, "maple-grove", active="no")
    made = seen(app.run())
    assert made.sheet is None
    assert app.selectbox(key="choose-procedure_id").value == ""
    assert app.selectbox(key="choose-evaluation_id").value == "edina"


@pytest.mark.parametrize("place", ["", "55407"])
@pytest.mark.parametrize("planned", ["The whole way", "Evaluation only"])
def test_a_page_without_any_directory_still_says_whom_to_call(
    data_dir: Path, place: str, planned: str
) -> None:
    (data_dir / "clinics.csv").unlink()
    app = submit(opened(), place)
    app.button_group(key="planned").set_value(planned).run()
    made = seen(app)
    assert (made.groups, made.sheet, made.map_ids) == ({}, None, [])
    assert PHONE in app.warning[0].value


def test_the_practices_name_and_phone_are_the_operators(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCATOR_PRACTICE_NAME", "Made-up Practice")
    monkeypatch.setenv("LOCATOR_PRACTICE_PHONE", "612-555-0188")
    made = started("55407")
    assert "Made-up Practice" in html_of(made.app)
    assert "612-555-0188" in made.found.text
    assert "To Made-up Practice, phone 612-555-0188" in (made.sheet_text or "")


def test_the_map_is_the_same_component_whatever_is_chosen() -> None:
    app = opened()
    (before,) = app.get("component_instance")
    press_choose(submit(app, "55407"), "burnsville burnsville")
    (after,) = app.get("component_instance")
    assert before.proto.id == after.proto.id
    assert json.loads(before.proto.json_args)["script"] == json.loads(after.proto.json_args)["script"]
