"""What `make reliability` makes of attacks by strangers, and that each of its figures can be missed."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg

from benchmarks.visitor import visiting
from reliability import report
from reliability.figures import Section, Table
from reliability.strangers import work
from reliability.strangers.bystanders import (
    DOCUMENT_SHOWN,
    Act,
    Bystanders,
    Kind,
    Noticed,
    bystanders,
    first_page,
)
from reliability.strangers.frames import padded
from reliability.strangers.section import MOST_LOG_BYTES, as_section
from reliability.strangers.target import Attack, Outcome, Target
from reliability.strangers.trial import Trial, attacked
from tests.support.servers import running_app

DAY = date(2026, 11, 28)
CALM = Trial(
    name="calm",
    outcome=None,
    noticed=Noticed((20.0, 30.0), failed_searches=0, thrown_out=0, newcomers=Counter({DOCUMENT_SHOWN: 1})),
    took_s=6.0,
    log_lines=0,
    log_bytes=0,
    memory_mb=1.0,
    attacker_cores=0.0,
)
HELD_OFF = replace(CALM, name="a fake attack", outcome=Outcome("3 fake frames", Counter({"closed 1008": 3})))


def missed(*trials: Trial) -> list[str]:
    return [one.what for one in as_section("Fake", trials, (0.0, 0.0)).figures if not one.met]


def noticing(**changed: object) -> Trial:
    return replace(HELD_OFF, noticed=replace(HELD_OFF.noticed, **changed))  # type: ignore[arg-type]


def test_attacks_that_were_held_off_miss_nothing() -> None:
    assert missed(CALM, HELD_OFF) == []


@pytest.mark.parametrize(
    ("trial", "figure"),
    [
        (noticing(searches_ms=(20.0, 301.0)), "attacks during which each search was answered"),
        (noticing(searches_ms=()), "attacks during which each search was answered"),
        (noticing(failed_searches=1), "attacks during which each search was answered"),
        (noticing(thrown_out=1), "people inside who were thrown out"),
        (noticing(newcomers=Counter({"500": 1})), "answers 500"),
        (noticing(newcomers=Counter({"503": 1})), "newcomers who got neither"),
        (replace(HELD_OFF, outcome=Outcome("fake", Counter({"guess 500": 1}))), "answers 500"),
        (replace(HELD_OFF, log_bytes=MOST_LOG_BYTES + 1), "attacks that wrote more than"),
        (
            replace(HELD_OFF, outcome=Outcome("fake", wrongs=["1 forged line"])),
            "attacks that came to nothing",
        ),
    ],
)
def test_a_figure_is_missed_by_what_it_is_about(trial: Trial, figure: str) -> None:
    assert any(what.startswith(figure) for what in missed(CALM, HELD_OFF, trial))


def test_the_table_has_a_row_for_calm_and_for_each_attack_and_names_what_went_wrong() -> None:
    wrong = replace(HELD_OFF, outcome=Outcome("fake", wrongs=["1 forged | line"], facts=["3 closed"]))
    page = report.render([as_section("Fake", [CALM, wrong], (0.5, 1.5))], on=DAY, run_s=1.0)
    assert "| calm | nothing, for 6 s | 30, 30 ms | none | 1 document that answers a search;" in page
    assert r"**1 forged \| line**; 3 closed" in page
    assert "Not so: a fake attack." in page
    assert "0.5 before and 1.5 after" in page


def test_a_section_without_figures_says_why() -> None:
    page = report.render([Section("Fake", (), "Left out.")], on=DAY, run_s=1.0)
    assert page.endswith("## Fake\n\nLeft out.\n")


def test_a_section_may_have_a_table_of_its_own() -> None:
    section = Section("Fake", (), table=Table(("a", "b"), (("1", "2"),)))
    assert report.render([section], on=DAY, run_s=1.0).endswith("| a | b |\n| --- | --- |\n| 1 | 2 |\n")


def test_an_act_that_began_before_an_attack_and_ended_in_it_counts() -> None:
    people = Bystanders()
    for began_s, took_s in ((0.0, 1.0), (2.0, 10.0), (13.0, 0.1)):
        people.take(Act("search", Kind.SEARCH, began_s, took_s))
    for number in range(5):
        people.take(Act(f"inside {number}", Kind.INSIDE, 13.0, 0.1, "closed", thrown_out=number == 0))
    people.take(Act("newcomer", Kind.NEWCOMER, 13.0, 0.1))
    noticed = people.between(5.0, 12.9)
    assert (noticed.searches_ms, noticed.thrown_out) == ((10_000.0,), 0)
    with pytest.raises(TimeoutError):
        people.await_everybody(14.0, timeout_s=0.01)


def test_a_padded_message_is_as_long_as_asked_for_and_one_that_a_page_could_send() -> None:
    for size in (64 * 1024 + 1, 1_000_000):
        raw = padded(size)
        assert len(raw) == size
        assert BackMsg.FromString(raw).WhichOneof("type") == "rerun_script"


@pytest.mark.process
def test_the_installed_streamlit_tells_all_its_routes() -> None:
    routes = work.streamlit_routes()
    assert {"/_stcore/stream", "/_stcore/metrics", "/_stcore/upload_file/x/x", "/media/x"} <= set(routes)
    assert not any("{" in route for route in routes)


@pytest.mark.process
def test_people_beside_an_attack_are_timed_from_a_process_of_their_own(tmp_path: Path) -> None:
    async def log_a_line(target: Target) -> Outcome:
        with target.server.log.open("ab") as log:
            log.write(b"a line\n")
        await asyncio.sleep(0)
        return Outcome("wrote a line")

    with (
        running_app(tmp_path / "log", {"LOCATOR_TILE_URL": "none"}) as server,
        bystanders(server) as people,
    ):
        trial = attacked(Attack("fake", log_a_line), Target(server, tmp_path), people)
    assert (trial.log_lines, trial.log_bytes) == (1, 7)
    assert trial.noticed.searches_ms
    assert trial.noticed.failed_searches == trial.noticed.thrown_out == 0
    assert set(trial.noticed.newcomers) == {"page shown"}


@pytest.mark.process
def test_a_newcomer_without_room_has_a_search_answered_in_the_first_document(tmp_path: Path) -> None:
    async def come(port: int) -> str:
        async with visiting(port) as inside:
            await inside.open()
            return await first_page(port, "127.0.0.8")

    settings = {"LOCATOR_TILE_URL": "none", "LOCATOR_MOST_VISITS": "1"}
    with running_app(tmp_path / "log", settings) as server:
        assert asyncio.run(come(server.port)) == DOCUMENT_SHOWN
