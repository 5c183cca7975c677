"""The theme is worked out once, and browsers are told what Streamlit would have told them."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from streamlit import config
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session

from benchmarks.visitor import Visitor, visiting
from locator.editions import shared_editions
from locator.staff.views import ViewCounts
from locator.ui.serving import create_lifespan
from locator.ui.theme_message import worked_out_once
from tests.servers import ROOT, RunningServer


def told() -> CustomThemeConfig:
    """A theme made of all its sections, in the order in which a run of a page asks for them."""
    theme = CustomThemeConfig()
    app_session._populate_theme_msg(theme)  # noqa: SLF001 - what the function under test replaces
    for section, part in (
        ("theme.light", theme.light),
        ("theme.dark", theme.dark),
        ("theme.sidebar", theme.sidebar),
        ("theme.light.sidebar", theme.light.sidebar),
        ("theme.dark.sidebar", theme.dark.sidebar),
    ):
        app_session._populate_theme_msg(part, section)  # noqa: SLF001 - as above
    return theme


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The sections that were looked for in the configuration."""
    sections: list[str] = []
    look = config.get_options_for_section

    def noted(section: str) -> dict[str, Any]:
        sections.append(section)
        return look(section)

    monkeypatch.setattr(config, "get_options_for_section", noted)
    return sections


def test_the_configuration_is_looked_through_for_the_first_run_only(asked: list[str]) -> None:
    plain = told()
    asked.clear()
    with worked_out_once():
        assert [told(), told(), told()] == [plain] * 3
        assert len(asked) == len(set(asked)) == 6
    told()
    assert len(asked) == 12


def test_it_is_so_while_the_server_answers(asked: list[str], tmp_path: Path) -> None:
    async def serve() -> None:
        views = ViewCounts(tmp_path / "views.json")
        async with create_lifespan(shared_editions(ROOT / "data"), views)(None):
            told()
            told()
        assert len(asked) == 6

    asyncio.run(serve())


def test_what_is_told_again_is_nobodys_to_change() -> None:
    with worked_out_once():
        first = told()
        plain = CustomThemeConfig.FromString(first.SerializeToString())
        first.primary_color = "#000000"
        first.light.primary_color = "#000000"
        assert told() == plain


def test_every_run_tells_the_theme_of_the_configuration(
    app_server: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    themes: list[CustomThemeConfig] = []
    take = Visitor._take  # noqa: SLF001 - the one place that sees every message

    def note(visitor: Visitor, message: ForwardMsg) -> None:
        if message.HasField("new_session"):
            themes.append(message.new_session.custom_theme)
        take(visitor, message)

    async def visit() -> None:
        async with visiting(app_server.port) as visitor:
            await visitor.open()
            await visitor.read()
            await visitor.submit("55407")

    monkeypatch.setattr(Visitor, "_take", note)
    asyncio.run(visit())
    assert themes == [told()] * 3
    assert themes[0].light.primary_color == "#0B5C8A"
