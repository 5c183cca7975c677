"""What anybody can have logged is logged once a minute, with how often it came besides."""

from __future__ import annotations

import logging
from importlib import import_module

import pytest

from locator.web.log_limit import CAUSED_BY_ANYBODY, EVERY_S, Seldom
from tests.support.fake_hasher import Clock


def test_one_entry_a_minute_is_logged_and_the_next_says_how_many_were_left_out(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock = Clock()
    logger = logging.getLogger("made-up")
    seldom = Seldom(now_s=clock)
    logger.addFilter(seldom)
    try:
        for number in range(4):
            logger.warning("no file %s", number)
        clock.now_s += EVERY_S
        logger.warning("no file %s", "100%")
        clock.now_s += EVERY_S
        logger.warning("no file %s", "at all")
    finally:
        logger.removeFilter(seldom)
    assert caplog.messages == [
        "no file 0",
        "no file 100% (3 more such entries were left out)",
        "no file at all",
    ]


@pytest.mark.parametrize("name", CAUSED_BY_ANYBODY)
def test_the_loggers_are_those_of_the_installed_streamlit(name: str) -> None:
    assert vars(import_module(name))["_LOGGER"].name == name
