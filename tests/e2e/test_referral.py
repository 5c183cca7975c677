"""A referral from start to sheet in a real browser: by mouse, by keyboard alone, by a link, and on paper."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import pypdf
import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.conftest import DESKTOP, PATIENCE_MS
from tests.e2e.referral_page import ReferralPage, saved
from tests.e2e.referral_sheets import (
    BURNSVILLE,
    CHASKA,
    WACONIA,
    assert_sheet_of_chaska_and_burnsville,
    text_of,
)
from tests.e2e.watched import CANARY, Watched, start_watched
from tests.support.servers import RunningServer
from tests.support.traces import files_with

MAPLE_GROVE = "iSpine Clinics – Maple Grove"
PATIENT_WORDS = ("name", "birth", "insurance", "member", "phone", "mail", "address", "record")


class OpenReferral(Protocol):
    """Opens the referral page of a server in a context of its own, as it will be closed after the test."""

    def __call__(self, server: RunningServer, **options: Any) -> ReferralPage:  # noqa: ANN401 - as Playwright takes them
        """The page, not yet visited; `options` are those of a browser context."""
        ...


@pytest.fixture
def open_referral(chromium: Browser) -> Iterator[OpenReferral]:
    """What opens the referral page of a server; afterwards no page may have had an error in its console."""
    pages: list[ReferralPage] = []

    def opened(server: RunningServer, **options: Any) -> ReferralPage:  # noqa: ANN401 - as Playwright takes them
        context = chromium.new_context(**{"viewport": DESKTOP, "reduced_motion": "reduce", **options})
        context.set_default_timeout(PATIENCE_MS)
        pages.append(ReferralPage(context.new_page(), server.url))
        return pages[-1]

    yield opened
    for page in pages:
        page.page.context.close()
    assert [page.seen.errors for page in pages] == [[] for _ in pages]


@pytest.fixture
def referral(open_referral: OpenReferral, app_server: RunningServer) -> ReferralPage:
    """The real app with the shipped data, visited on a desktop."""
    made = open_referral(app_server)
    made.visit()
    return made


def test_by_mouse_from_a_zip_code_to_the_sheet(referral: ReferralPage, tmp_path: Path) -> None:
    expect(referral.said).to_contain_text(
        "No procedure site is confirmed by the practice yet. Call 763-201-8191"
    )
    referral.start_from(WACONIA)
    expect(referral.said).to_contain_text("Pairs of sites from ZIP 55387")
    expect(referral.chosen).to_have_count(1)
    with referral.doing():
        referral.pair_button(CHASKA, BURNSVILLE).click()
    expect(referral.chosen).to_contain_text(BURNSVILLE)
    expect(referral.compared.get_by_role("columnheader").nth(0)).to_contain_text(CHASKA)
    expect(referral.map.inside.locator("path.way")).to_have_count(2)
    referral.answer("Nerve pain in one area for six months or more", "Yes")
    referral.answer("Where the pain is", "Knee", "Foot")
    expect(referral.sheet).to_contain_text("Pain in an area that the page names: Knee, Foot")
    path = saved(referral.download(), tmp_path)
    assert_sheet_of_chaska_and_burnsville(path)
    assert "2 met, 0 not met, 4 not answered" in text_of(path)


def test_by_keyboard_alone_from_a_zip_code_to_the_sheet(referral: ReferralPage, tmp_path: Path) -> None:
    keyboard = referral.page.keyboard
    referral.tab_to(referral.place)
    keyboard.type(WACONIA)
    with referral.doing():
        keyboard.press("Enter")
    button = referral.pair_button(CHASKA, BURNSVILLE)
    referral.tab_to(button)
    with referral.doing():
        keyboard.press("Enter")
    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-pressed", "true")
    yes = referral.page.locator(".st-key-criterion-duration").get_by_text("Yes", exact=True)
    referral.tab_to(yes.locator("xpath=ancestor-or-self::button"))
    with referral.doing():
        keyboard.press("Space")
    referral.tab_to(referral.download_button)
    with referral.page.expect_download() as coming:
        keyboard.press("Enter")
    assert_sheet_of_chaska_and_burnsville(saved(coming.value, tmp_path))


def test_the_link_shows_the_same_view_and_carries_a_zip_code_and_two_sites(
    referral: ReferralPage, open_referral: OpenReferral, app_server: RunningServer
) -> None:
    referral.start_from(WACONIA)
    with referral.doing():
        referral.pair_button(CHASKA, BURNSVILLE).click()
    _, _, query = referral.page.url.partition("?")
    assert query == "from=55387&evaluation=chaska&procedure=burnsville"
    other = open_referral(app_server)
    other.visit(f"?{query}")
    expect(other.chosen).to_contain_text(BURNSVILLE)
    assert other.total.inner_text() == referral.total.inner_text()
    assert other.compared.inner_text() == referral.compared.inner_text()


def test_text_and_link_are_copied(open_referral: OpenReferral, app_server: RunningServer) -> None:
    referral = open_referral(app_server, permissions=["clipboard-read", "clipboard-write"])
    referral.visit("?from=55387&evaluation=chaska&procedure=burnsville")
    referral.page.get_by_role("button", name="Copy as text").click()
    expect(referral.page.get_by_text("The text is copied.")).to_be_visible()
    text = referral.page.get_by_label("The referral sheet as text").input_value()
    assert CHASKA in text
    assert "Not known" in text
    referral.page.get_by_role("button", name="Copy link").click()
    expect(referral.page.get_by_text("The link is copied.")).to_be_visible()


def test_each_site_has_a_contact_card(referral: ReferralPage, tmp_path: Path) -> None:
    referral.start_from(WACONIA)
    with referral.doing():
        referral.pair_button(CHASKA, BURNSVILLE).click()
    with referral.page.expect_download() as coming:
        referral.page.get_by_role("button", name="Contact card: Burnsville").click()
    card = saved(coming.value, tmp_path)
    assert card.name == "ispine-clinics-burnsville.vcf"
    assert "TEL;TYPE=WORK,VOICE:763-201-8191\r\n" in card.read_bytes().decode()


def test_answers_and_all_that_is_taken_away_follow_a_switch_of_language(
    referral: ReferralPage, tmp_path: Path
) -> None:
    page = referral.page
    referral.start_from(WACONIA)
    referral.answer("Where the pain is", "Knee")
    with referral.doing():
        page.get_by_role("button", name="Español", exact=True).click()
    answer = page.locator(".st-key-criterion-area").get_by_role("button", name="Rodilla", exact=True)
    expect(answer).to_have_attribute("aria-pressed", "true")
    expect(referral.sheet).to_contain_text("Rodilla")
    with page.expect_download() as coming:
        page.get_by_role("button", name="Tarjeta de contacto: Chaska").click()
    card = saved(coming.value, tmp_path).read_bytes().decode("utf-8")
    assert "NOTE:Evaluación: " in card
    with page.expect_download() as coming:
        page.get_by_role("button", name="Descargar la hoja (PDF)").click()
    sheet = saved(coming.value, tmp_path)
    root: Any = pypdf.PdfReader(sheet).root_object
    assert root["/Lang"] == "es"
    assert "Clínica de evaluación" in text_of(sheet)


def test_on_paper_there_is_the_sheet_and_nothing_else(referral: ReferralPage, tmp_path: Path) -> None:
    referral.visit("?from=55387&evaluation=chaska&procedure=burnsville")
    expect(referral.sheet).to_be_visible()
    path = tmp_path / "printed.pdf"
    referral.page.pdf(path=path, prefer_css_page_size=True)
    text = text_of(path)
    assert "Referral: DRG stimulation" in text
    assert BURNSVILLE in text
    assert "Show sites" not in text
    assert "Compare the sites" not in text


@pytest.mark.parametrize("query", ["", "?from=55387&evaluation=chaska&procedure=burnsville"])
def test_nothing_on_the_page_asks_who_the_patient_is(referral: ReferralPage, query: str) -> None:
    referral.visit(query)
    referral.page.get_by_role("button", name="More choices").click()
    fields = referral.fields()
    assert "Patient's ZIP code, city or county" in fields
    assert "" not in fields
    asked = {name for name in fields for word in PATIENT_WORDS if word in name.lower()}
    assert asked == set()


def test_a_street_that_is_typed_all_the_same_is_kept_nowhere(
    open_referral: OpenReferral, tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    for watched in start_watched(tmp_path_factory.mktemp("referral"), "none"):
        referral = open_referral(watched.server)
        referral.visit()
        referral.start_from(f"4321 {CANARY} Lane, Waconia MN 55387")
        expect(referral.place).to_have_value("ZIP 55387 (Waconia, Victoria or Minnetrista, MN)")
        path = saved(referral.download(), tmp_path)
        assert CANARY not in text_of(path)
        assert CANARY not in referral.page.content()
        for request in referral.seen.requests:
            assert CANARY not in f"{request.url} {request.headers} {request.post_data}"
        assert CANARY not in watched.server.log.read_text()
        assert files_with(CANARY, watched.home) == []
        assert_wrote_nothing(watched)


def assert_wrote_nothing(watched: Watched) -> None:
    assert [line for line in watched.noted() if str(watched.home / "data") in line] == []
