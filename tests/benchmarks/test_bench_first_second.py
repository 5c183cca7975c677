"""What the report says of the first seconds: each figure beside its aim, and what was left out."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image

from benchmarks import first_documents, lighthouse, vitals
from benchmarks.first_documents import DOCUMENT, PARTS, STREAMLIT, WHOLE, Cost, FirstDocuments
from benchmarks.first_seconds import as_seen
from benchmarks.lighthouse import CATEGORIES, Judgement
from benchmarks.machine import Machine
from benchmarks.timing import Spread
from benchmarks.vitals import BARE, OURS, Vitals

QUICK = Vitals(
    lcp_ms=900,
    largest="Fake Clinic",
    list_ms=1000,
    live_ms=9000,
    load_cls=0.001,
    list_bytes=40_000,
    answered_ms=1900,
    cls=0.01,
    inp_ms=90,
    file_bytes=800_000,
    message_bytes=60_000,
)
SLOW = replace(QUICK, list_ms=13_000, live_ms=None, answered_ms=14_000)
MACHINE = Machine(
    date="2026-11-29",
    cores=2,
    processor="Fake",
    memory_gb=4,
    system="Fake",
    python="3.11",
    versions={"streamlit": "1", "streamlit-folium": "2"},
    chromium="Chromium",
    load_before=0.1,
    load_after=0.2,
    run_s=1,
)
FULL = Judgement("/", dict.fromkeys(CATEGORIES, 100), [])


def row(text: str, name: str) -> list[str]:
    """The cells after the name, of the only row that has it."""
    (line,) = (line for line in text.splitlines() if line.startswith(f"| {name} |"))
    return [cell.strip() for cell in line.strip("|").split("|")[1:]]


def report(*ours: Vitals, judged: Sequence[Judgement] | str = (FULL,)) -> str:
    return vitals.section({OURS: ours, BARE: [SLOW]}, MACHINE, judged)


def test_each_figure_stands_beside_its_aim_and_the_bare_pages() -> None:
    text = report(QUICK, replace(QUICK, list_ms=1200), replace(QUICK, list_ms=1100))
    assert row(text, "list readable") == [
        "1,100 ms (1,000 ms to 1,200 ms)",
        "2,000 ms or less",
        "yes",
        "13,000 ms (13,000 ms to 13,000 ms)",
    ]
    assert row(text, "search answered")[2] == "yes"


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"list_ms": 2001}, "list readable"),
        ({"answered_ms": 2001}, "search answered"),
        ({"lcp_ms": 1501}, "LCP"),
        ({"inp_ms": 201}, "INP"),
        ({"load_cls": 0.021}, "CLS, loading"),
        ({"cls": 0.021}, "CLS, whole visit"),
        ({"list_bytes": 120_001}, "received until the list is readable"),
        ({"file_bytes": 900_001}, "received in a first visit"),
    ],
)
def test_an_aim_that_is_missed_is_said_to_be(changed: dict[str, Any], name: str) -> None:
    assert row(report(QUICK), name)[2] == "yes"
    assert row(report(replace(QUICK, **changed)), name)[2] == "**no**"


def test_a_page_that_nothing_takes_the_place_of_has_no_such_time() -> None:
    assert row(report(QUICK), "live page has taken over, untouched")[1:] == ["", "", ""]


def test_scores_stand_beside_their_aims_and_what_cost_a_page_something_is_named() -> None:
    judged = Judgement("/refer", {**FULL.scores, "performance": 94}, ["Fake audit"])
    text = report(QUICK, judged=[FULL, judged])
    assert "| `/` | speed | 100 | 95 | yes | 52 |" in text
    assert "| `/refer` | speed | 94 | 95 | **no** | 47 |" in text
    assert "Below the best mark on `/`: nothing." in text
    assert "Below the best mark on `/refer`: Fake audit." in text


def test_without_lighthouse_one_line_says_so() -> None:
    assert f"### Lighthouse\n\n{lighthouse.NO_NPM}\n" in report(QUICK, judged=lighthouse.NO_NPM)


def test_a_verdict_names_what_has_a_weight_and_less_than_the_best_mark() -> None:
    marks = {"good": 1, "bad": 0.5, "none": None, "unweighed": 0}
    references = [{"id": name, "weight": int(name != "unweighed")} for name in marks]
    verdict = lighthouse.read(
        "/",
        {
            "categories": {name: {"score": 0.96, "auditRefs": references} for name in CATEGORIES},
            "audits": {name: {"title": f"Fake {name}", "score": mark} for name, mark in marks.items()},
        },
    )
    assert verdict.scores["best-practices"] == 96
    assert verdict.objections == ["Fake bad"]


def test_a_window_shows_what_was_drawn_last_before_its_moment() -> None:
    drawn = [
        (at_s, in_base_64(colour)) for at_s, colour in ((99.0, "green"), (101.0, "red"), (103.0, "blue"))
    ]
    seen = [as_seen(drawn, 100.0, moment_s).getpixel((5, 5)) for moment_s in (0.5, 1, 2, 4)]
    white, red, blue = ((255, 255, 255), (255, 0, 0), (0, 0, 255))
    assert seen == [white, red, red, blue]


def in_base_64(colour: str) -> str:
    kept = io.BytesIO()
    Image.new("RGB", (39, 84), colour).save(kept, "PNG")
    return base64.b64encode(kept.getvalue()).decode()


def documents(**changed: Any) -> FirstDocuments:  # noqa: ANN401 - as FirstDocuments takes them
    waits = {DOCUMENT: [10.0] * 99 + [300.0], PARTS: [20.0] * 50, WHOLE: [30.0] * 50}
    spent = {DOCUMENT: 1.0, PARTS: 4.0, WHOLE: 5.0, STREAMLIT: 20.0}
    costs = [Cost(what, Spread(ms, ms, ms), None) for what, ms in spent.items()]
    return FirstDocuments(**{"waits_ms": waits, "costs": costs, **changed})


def test_waits_are_met_by_95_of_100_and_costs_stand_beside_a_visit_of_streamlits_page() -> None:
    text = first_documents.section(documents())
    assert f"| {DOCUMENT} | 10 ms | 10 ms | 300 ms | under 100 ms | yes |" in text
    assert f"| {PARTS} | 4.0 ms (4.0 to 4.0) | 0.20 |  |" in text
    assert documents().is_met


def test_slow_and_failed_answers_are_told() -> None:
    slow = documents(waits_ms={DOCUMENT: [10.0] * 94 + [300.0] * 6, PARTS: [20.0], WHOLE: []})
    text = first_documents.section(slow)
    assert row(text.partition("What one takes")[0], DOCUMENT)[-1] == "**no**"
    assert row(text.partition("What one takes")[0], WHOLE)[-1] == "**no**"
    slow.errors["first document: 500"] += 2
    assert "Errors: 2 first document: 500." in first_documents.section(slow)
    assert not slow.is_met
