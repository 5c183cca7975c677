"""The referral page before and without Streamlit: the same answers as its page gives, to a plain form."""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from pypdf import PdfReader

from locator.settings import Settings, load_settings
from locator.web.first_document import FirstDocuments
from locator.web.first_document.middleware import BURST
from locator.web.first_document.refer import LONGEST_PLACE
from locator.web.first_document.typesetting import (
    MOST_AT_ONCE,
    MOST_OF_ONE,
    TYPESETTER,
    Typesetter,
    TypesetterBusyError,
)
from tests.support.made_up_directory import data_folder
from tests.support.page_visits import forget_everything
from tests.support.parsed_html import one_line, parse
from tests.support.payloads import PAYLOADS, SUM_DONE
from tests.support.referral_visits import Seen, opened, press_choose, seen, submit
from tests.support.scriptless_browser import SITE, Browser, first_documents
from tests.support.shipped_copy import rewrite

ROOT = Path(__file__).resolve().parents[2]
STREET = "1234 Made Up Street, Minneapolis, MN 55407"
STREET_WORDS = re.compile("made.?up.?street|1234", re.IGNORECASE)
BEST_FROM_55407 = "edina burnsville"


def settings_of(**changed: object) -> Settings:
    return load_settings(ROOT).with_data().model_copy(update=changed)


@pytest.fixture(scope="module")
def app() -> FirstDocuments:
    """The shipped data."""
    return first_documents(settings_of())


@pytest.fixture
def _a_server_of_its_own() -> Iterator[None]:
    forget_everything()
    yield
    forget_everything()


def groups(browser: Browser) -> dict[str, list[str]]:
    """The choices offered under each heading."""
    return {
        section.one("h2").text: [one.attributes["value"] for one in section.all("button")]
        for section in browser.part("pairs").all("section")
        if section.all("button")
    }


def chosen(browser: Browser) -> list[str]:
    return [
        one.attributes["value"]
        for one in browser.part("pairs").all("button")
        if one.attributes["aria-pressed"] == "true"
    ]


def in_lists(browser: Browser) -> tuple[str, ...]:
    """What the lists of sites have chosen."""
    fields = browser.fields()
    return tuple(fields[name][0] for name in ("evaluation_id", "procedure_id") if name in fields)


def notes(browser: Browser) -> list[str]:
    return [note.text for list_ in browser.part("pairs").all("ul") for note in list_.all("li")]


def compared(browser: Browser) -> dict[str, list[str]]:
    table = browser.part("comparison").one("table")
    rows = {row.one("th").text: [cell.text for cell in row.all("td")] for row in table.all("tr")[1:]}
    return {"Sites": [head.text for head in table.all("tr")[0].all("th")]} | rows


def sheet_text(browser: Browser) -> str:
    return one_line(browser.part("sheet").one("textarea").text)


def started(app: FirstDocuments, place: str = "55407", **fields: str | Sequence[str]) -> Browser:
    return Browser.at(app, "/refer").submit(place=place, **fields)


def on_streamlits_page(case: str) -> Seen:
    page = opened()
    if case == "evaluation":
        page.button_group(key="planned").set_value("Evaluation only").run()
    if case == "wishes":
        page.number_input(key="sessions").set_value(0).run()
        page.checkbox(key="wheelchair").check().run()
    made = seen(submit(page, "Scott County" if case == "county" else "55407"))
    return press_choose(made.app, "edina maple-grove") if case == "chosen" else made


@pytest.mark.usefixtures("_a_server_of_its_own")
@pytest.mark.parametrize("case", ["whole", "county", "evaluation", "wishes", "chosen"])
def test_it_offers_compares_and_writes_what_streamlits_page_does(app: FirstDocuments, case: str) -> None:
    there = on_streamlits_page(case)
    here = started(
        app,
        "Scott County" if case == "county" else "55407",
        **({"planned": "evaluation"} if case == "evaluation" else {}),
        **({"sessions": "0", "wheelchair": "on"} if case == "wishes" else {}),
    )
    if case == "chosen":
        here.submit("choose", "edina maple-grove")
    assert here.part("found").text == there.found.text
    assert groups(here) == there.groups
    assert groups(here)
    assert chosen(here) == [there.chosen]
    assert notes(here) == there.notes
    assert compared(here) == there.compared
    assert here.part("journey").one(of_class="journey-total").text == there.total
    assert here.part("sheet").one("article").text == (there.sheet.text if there.sheet else None)
    assert sheet_text(here) == there.sheet_text


@pytest.mark.usefixtures("_a_server_of_its_own")
def test_answers_to_criteria_are_restated_as_on_streamlits_page(app: FirstDocuments) -> None:
    page = submit(opened(), "55407")
    page.button_group(key="criterion-duration").set_value("Yes").run()
    page.button_group(key="criterion-nerve-source").set_value("No").run()
    page.button_group(key="criterion-area").set_value(["Knee", "Foot", "Another area"]).run()
    there = seen(page)
    here = started(app).submit(
        **{
            "criterion-duration": "yes",
            "criterion-nerve-source": "no",
            "criterion-area": ["Knee", "Foot", "Another area"],
        }
    )
    said = here.part("said").one(of_class="criteria-said")
    assert said.text == there.criteria.one(of_class="criteria-said").text
    assert "Knee, Foot; but “Another area” was chosen too" in said.text
    assert sheet_text(here) == there.sheet_text
    # Taken back, it is as if it had never been answered.
    here.submit(**{"criterion-duration": "", "criterion-nerve-source": "", "criterion-area": []})
    assert "6 not answered" in here.part("said").text
    assert here.part("said").all("li") == []


@pytest.mark.usefixtures("_a_server_of_its_own")
def test_in_spanish_it_is_streamlits_page_in_spanish(app: FirstDocuments) -> None:
    there = seen(submit(opened(), "55407").button(key="language-es").click().run())
    here = Browser.at(app, "/refer?lang=es").submit(place="55407")
    assert here.page.one(of_class="masthead").attributes["lang"] == "es"
    assert here.part("found").text == there.found.text
    assert "millas" in here.part("journey").text
    assert here.part("sheet").one("article").text == (there.sheet.text if there.sheet else None)
    assert here.form.attributes["action"] == "/refer?lang=es"


def test_its_first_document_asks_for_a_place_and_lists_every_site(app: FirstDocuments) -> None:
    browser = Browser.at(app, "/refer")
    assert "Give a ZIP code, a city or a county" in browser.part("found").text
    assert groups(browser) == {}
    assert len(browser.part("choosers").all("option")) > 10
    assert "Choose the sites first" in browser.part("sheet").text
    assert browser.answer.headers["cache-control"] == "no-cache"
    again = browser.ask("GET", "/refer", if_none_match=browser.answer.headers["etag"])
    assert again.status_code == 304


def test_what_was_chosen_survives_every_button(app: FirstDocuments) -> None:
    browser = started(
        app,
        "55407",
        sessions="5",
        within="50",
        weekday="2",
        wheelchair="on",
        accepting="on",
        **{"criterion-area": ["Hip", "Knee"], "criterion-duration": "no"},
    )
    before = browser.fields()
    assert before["sessions"] == ["5"]
    assert before["criterion-area"] == ["Hip", "Knee"]
    browser.submit()
    assert browser.fields() == before
    option = groups(browser).popitem()[1][-1]
    browser.submit("choose", option)
    kept = {name: texts for name, texts in browser.fields().items() if name not in {"held", "own"}}
    assert kept | {"evaluation_id": [], "procedure_id": []} == {
        name: texts for name, texts in before.items() if name not in {"held", "own"}
    } | {"evaluation_id": [], "procedure_id": []}
    assert " ".join(in_lists(browser)) == option


def test_the_best_pair_follows_the_wishes_until_somebody_chooses(app: FirstDocuments) -> None:
    browser = started(app)
    assert chosen(browser) == [BEST_FROM_55407]
    nearby = browser.submit(within="5")
    assert chosen(nearby) == []
    assert in_lists(nearby) == ("", "")
    assert chosen(browser.submit(within="")) == [BEST_FROM_55407]
    browser.submit("choose", "edina maple-grove")
    assert in_lists(browser.submit(within="5")) == ("edina", "maple-grove")
    assert chosen(browser.submit(within="")) == ["edina maple-grove"]


def test_another_place_has_its_own_best_pair(app: FirstDocuments) -> None:
    browser = started(app).submit("choose", "edina maple-grove")
    assert chosen(browser.submit(place="55379")) == chosen(started(app, "55379"))
    # Whoever picks a site in the same breath means it.
    browser = started(app).submit(place="55379", evaluation_id="delano")
    assert in_lists(browser)[0] == "delano"


def test_a_site_chosen_by_hand_is_kept_while_only_the_evaluation_is_planned(app: FirstDocuments) -> None:
    browser = started(app).submit(evaluation_id="chaska", procedure_id="maple-grove")
    assert in_lists(browser) == ("chaska", "maple-grove")
    assert "Maple Grove" not in browser.submit(planned="evaluation").part("sheet").text
    assert in_lists(browser.submit(planned="whole")) == ("chaska", "maple-grove")


def test_the_sheet_is_a_pdf_with_the_words_of_the_page(app: FirstDocuments) -> None:
    browser = started(app).submit("choose", "edina maple-grove")
    file = browser.send("sheet", "pdf", place="90210")
    assert file.headers["content-type"] == "application/pdf"
    assert file.headers["content-disposition"] == 'attachment; filename="drg-referral-edina-maple-grove.pdf"'
    assert file.headers["cache-control"] == "no-store"
    words = "".join(page.extract_text() for page in PdfReader(io.BytesIO(file.content)).pages)
    plain = re.sub(r"[\s\u200b]", "", words)
    for site in browser.part("sheet").all("section", of_class="sheet-site"):
        for line in site.all("dd"):
            assert re.sub(r"\s", "", line.text) in plain
    # It is of the plan that the page shows, not of a place that was typed since.
    assert "ZIP55407(Minneapolis,MN)" in plain


def test_a_site_is_a_contact_card_to_keep(app: FirstDocuments) -> None:
    card = started(app).send("card", "edina")
    assert card.headers["content-type"] == "text/vcard; charset=utf-8"
    assert card.headers["content-disposition"] == 'attachment; filename="ispine-clinics-edina.vcf"'
    assert card.headers["cache-control"] == "no-store"
    assert "iSpine Clinics – Edina" in card.text
    assert card.text.startswith("BEGIN:VCARD")


def test_a_street_is_gone_once_its_place_is_found(app: FirstDocuments) -> None:
    browser = started(app, STREET)
    assert browser.fields()["place"] == ["ZIP 55407 (Minneapolis, MN)"]
    assert chosen(browser) == [BEST_FROM_55407]
    assert not STREET_WORDS.search(browser.answer.text)
    assert not STREET_WORDS.search(str(browser.answer.headers))
    link = browser.part("sheet").one(of_class="sheet-link").one("a").attributes["href"]
    assert link == f"{SITE}/refer?from=55407&evaluation=edina&procedure=burnsville"


def test_what_is_typed_is_in_no_header_address_or_title(app: FirstDocuments) -> None:
    typed = "Qwertyville Nowhere"
    answer = started(app, typed).answer
    page = parse(answer.text)
    shown = [one.attributes["value"] for one in page.all("input") if typed in one.attributes.get("value", "")]
    assert shown
    assert typed not in str(answer.headers)
    assert "set-cookie" not in answer.headers
    assert typed not in page.one("title").text
    leading_on = [one.attributes.get("href", "") for one in page.every()] + [
        one.attributes.get("action", "") for one in page.every()
    ]
    assert not any("Qwertyville" in address for address in leading_on)


def test_a_place_that_can_be_several_and_one_that_is_none_lead_on(app: FirstDocuments) -> None:
    several = started(app, "Washington")
    names = [one.text for one in several.part("question").all("button")]
    assert len(names) > 1
    assert f"{len(names)}" in several.part("found").text
    assert groups(several.submit("instead", names[0]))
    none = started(app, "Qwertyville Nowhere")
    assert none.fields()["place"] == ["Qwertyville Nowhere"]
    assert none.part("question").one("h2").text
    assert groups(none) == {}


def test_a_text_too_long_is_refused_in_words(app: FirstDocuments) -> None:
    browser = started(app, "x" * 5000)
    assert browser.answer.status_code == 200
    assert "too long to be a place" in browser.part("question").text
    assert len(browser.fields()["place"][0]) <= 201
    assert browser.page.all("input")[0].attributes["maxlength"] == str(LONGEST_PLACE)
    assert browser.ask("POST", "/refer", [("place", "x" * 20_000)]).status_code == 413


def test_values_that_no_field_can_have_count_as_not_given(app: FirstDocuments) -> None:
    plain, odd = started(app), Browser.at(app, "/refer")
    odd.answer = odd.ask(
        "POST",
        "/refer",
        [
            ("place", "55407"),
            ("planned", "everything"),
            ("sessions", "999"),
            ("within", "7"),
            ("weekday", "9"),
            ("evaluation_id", "nowhere"),
            ("procedure_id", "edina\x00"),
            ("held", "x,y,z"),
            ("own", "maybe"),
            ("start", "elsewhere"),
            ("sheet", "exe"),
            ("card", "nowhere"),
            ("criterion-duration", "perhaps"),
            ("criterion-area", "Moon"),
            ("criterion-nowhere", "yes"),
            ("unheard", "of"),
        ],
    )
    assert odd.answer.status_code == 200
    assert odd.fields() == plain.fields()
    assert sheet_text(odd) == sheet_text(plain)


NAMES = (
    "planned", "sessions", "within", "weekday", "wheelchair", "accepting", "city", "start", "held", "own",
    "evaluation_id", "procedure_id", "choose", "card", "sheet", "link", "criterion-duration",
    "criterion-area",
)  # fmt: skip


@pytest.fixture(scope="module")
def known_tags(app: FirstDocuments) -> set[str]:
    """What the page is made of, whether a place is found or not."""
    pages = [started(app, text) for text in ("55407", "Washington", "Qwertyville Nowhere")]
    return {one.tag for browser in pages for one in browser.page.every()}


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS.keys())
def test_hostile_text_is_inert_in_every_field(
    app: FirstDocuments, known_tags: set[str], payload: str
) -> None:
    browser = Browser.at(app, "/refer")
    for pairs in (
        [("place", payload)],
        [("instead", payload)],
        [("place", "55407"), *((name, payload) for name in NAMES)],
        [("place", "Qwertyville Nowhere"), *((name, payload) for name in NAMES), (payload, payload)],
    ):
        browser.answer = browser.ask("POST", "/refer", pairs)
        assert browser.answer.status_code == 200
        assert browser.answer.headers["content-type"] == "text/html; charset=utf-8"
        page = browser.page
        assert SUM_DONE not in page.text
        assert {one.tag for one in page.every()} <= known_tags
        attributes = [(name, text) for one in page.every() for name, text in one.attributes.items()]
        assert [name for name, _text in attributes if name.startswith("on")] == []
        sources = {text.partition(",")[0] for name, text in attributes if name == "src"}
        assert all(source.startswith("data:image/svg+xml") for source in sources)


def test_a_link_shows_its_plan_and_is_kept_for_nobody_else(app: FirstDocuments) -> None:
    linked = Browser.at(app, "/refer?from=55407&evaluation=chaska&procedure=maple-grove")
    assert in_lists(linked) == ("chaska", "maple-grove")
    assert linked.fields()["place"] == ["ZIP 55407 (Minneapolis, MN)"]
    assert linked.answer.headers["cache-control"] == "no-store"
    assert linked.form.attributes["action"] == "/refer"
    assert in_lists(linked.submit()) == ("chaska", "maple-grove")
    only = Browser.at(app, "/refer?from=55407&evaluation=chaska")
    assert only.fields()["planned"] == ["evaluation"]
    assert Browser.at(app, "/refer").fields()["place"] == [""]


def test_a_link_to_a_site_that_is_not_listed_says_so_once(app: FirstDocuments) -> None:
    linked = Browser.at(app, "/refer?from=55407&evaluation=gone&procedure=maple-grove")
    assert "A site that the link names is no longer listed" in linked.part("question").text
    assert "no longer listed" not in linked.submit().part("question").text
    too_long = Browser.at(app, f"/refer?from={'5' * 81}")
    assert too_long.fields()["place"] == [""]


def test_links_too_have_a_limit() -> None:
    # The clock stands still, so it is all within a moment.
    browser = Browser.at(first_documents(settings_of(), now_s=lambda: 0.0), "/refer")
    codes = [browser.ask("GET", "/refer?from=nowhere").status_code for _ in range(BURST + 1)]
    assert codes == [200] * BURST + [429]
    assert browser.ask("GET", "/refer").status_code == 200


def test_a_fragment_has_the_parts_and_fields_of_the_page(app: FirstDocuments) -> None:
    browser = started(app)
    parts = browser.ask("POST", "/refer", [("place", "55407")], x_fragment="yes").json()
    named = {one.attributes["data-part"] for one in browser.page.every() if "data-part" in one.attributes}
    assert named
    assert parts.keys() - named == {"place"}
    assert named <= parts.keys()
    for name in named:
        drawn = [(one.tag, one.attributes, one.text) for one in parse(parts[name]).every()]
        assert drawn == [(one.tag, one.attributes, one.text) for one in browser.part(name).every()]
    assert [parts["place"]] == browser.fields()["place"]


def test_under_a_base_path_all_leads_below_it() -> None:
    browser = Browser.at(first_documents(settings_of(base_path="clinics")), "/clinics/refer")
    assert browser.form.attributes["action"] == "/clinics/refer"
    browser.submit(place="55407")
    link = browser.part("sheet").one(of_class="sheet-link").one("a").attributes["href"]
    assert link.startswith(f"{SITE}/clinics/refer?from=55407")
    assert browser.page.one(of_class="first-foot").one("a").attributes["href"] == "/clinics/accessibility"


@pytest.mark.parametrize(
    ("origin", "scheme"),
    [("https://inside:8501", "https"), ("http://inside:8501", "http"), ("https://evil.example", "http")],
)
def test_the_link_on_the_sheet_is_as_the_browser_would_ask(
    app: FirstDocuments, origin: str, scheme: str
) -> None:
    browser = Browser.at(app, "/refer")
    fields = [("place", "55407")]
    browser.answer = browser.ask(
        "POST", "http://inside:8501/refer", fields, host="inside:8501", origin=origin
    )
    link = browser.part("sheet").one(of_class="sheet-link").one("a").attributes["href"]
    assert link.startswith(f"{scheme}://inside:8501/refer?from=55407")


def test_a_content_file_with_errors_says_whom_to_call(data_dir: Path) -> None:
    (data_dir / "referral.toml").write_text("source = 1\n", encoding="utf-8")
    broken = first_documents(settings_of())
    browser = Browser.at(broken, "/refer")
    assert browser.page.one(of_class="first-notice").text.startswith("This page is out of order")
    assert browser.page.all("form") == []
    assert "763-201-8191" in browser.page.one(of_class="first-notice").text
    part = browser.ask("POST", "/refer", [("place", "55407")], x_fragment="yes")
    assert part.status_code == 503
    assert "out of order" in part.text


def test_a_site_that_does_no_procedures_cannot_be_chosen_for_them(data_dir: Path) -> None:
    facts = {"procedure": "no", "procedure_status": "provisional", "procedure_source": "Made-up call"}
    rewrite(data_dir, "burnsville", **facts, procedure_as_of="2026-01-02")
    browser = started(first_documents(settings_of()), "55407")
    assert "burnsville" not in {option.split()[-1] for one in groups(browser).values() for option in one}
    browser.submit(procedure_id="burnsville")
    assert in_lists(browser) != ("edina", "burnsville")


def test_of_a_large_directory_the_sites_of_a_city_can_be_listed(tmp_path: Path) -> None:
    settings = settings_of()
    folder = data_folder(tmp_path / "data", 300)
    large = first_documents(settings.model_copy(update={"data_dir": folder}).with_data())
    browser = Browser.at(large, "/refer")
    assert "first 50 of 300" in browser.part("choosers").text
    browser.submit(city="Min")
    options = browser.part("choosers").all("option")
    assert options[1:]
    assert browser.fields()["city"] == ["Min"]


@contextmanager
def kept_busy(typesetter: Typesetter, asking: Sequence[str]) -> Iterator[list[bytes]]:
    """Those who ask wait or are served until the end; what each got comes then."""
    may_end, made = threading.Event(), list[bytes]()

    def work() -> bytes:
        may_end.wait(60)
        return b"made"

    threads = [
        threading.Thread(target=lambda whose=whose: made.append(typesetter.typeset(whose, work)))
        for whose in asking
    ]
    for thread in threads:
        thread.start()
    while typesetter.asked < len(asking):
        threading.Event().wait(0.01)
    try:
        yield made
    finally:
        may_end.set()
        for thread in threads:
            thread.join(60)


@pytest.mark.parametrize(("others", "status"), [(MOST_AT_ONCE, 503), (0, 429)])
def test_whoever_asks_for_too_many_sheets_at_once_gets_the_page_with_a_sentence(
    app: FirstDocuments, others: int, status: int
) -> None:
    browser = started(app)
    asking = [f"other {number}" for number in range(others)] or [browser.address] * MOST_OF_ONE
    with kept_busy(TYPESETTER, asking):
        refused = browser.send("sheet", "pdf")
    assert refused.status_code == status
    assert int(refused.headers["retry-after"]) > 0
    browser.answer = refused
    assert "Please wait a moment" in browser.part("question").text
    # The page is as it was, so that the button can be pressed again.
    assert chosen(browser) == [BEST_FROM_55407]
    assert browser.send("sheet", "pdf").content.startswith(b"%PDF")


def test_one_address_has_few_sheets_waiting_and_leaves_room_for_others() -> None:
    typesetter = Typesetter()
    with kept_busy(typesetter, ["one"] * MOST_OF_ONE + ["other"]) as made:
        with pytest.raises(TypesetterBusyError) as refused:
            typesetter.typeset("one", bytes)
        assert refused.value.is_own_doing
    assert made == [b"made"] * (MOST_OF_ONE + 1)
    # Whoever was refused is served once there is room.
    assert typesetter.typeset("one", lambda: b"later") == b"later"


def test_no_one_waits_for_a_sheet_without_end() -> None:
    typesetter = Typesetter(patience_s=0.01)
    with kept_busy(typesetter, ["one"]):
        with pytest.raises(TypesetterBusyError) as refused:
            typesetter.typeset("other", bytes)
        assert not refused.value.is_own_doing
