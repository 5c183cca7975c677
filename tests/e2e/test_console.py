"""The browser's own tools find nothing to complain of: no missing file, nothing that the policy refuses."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.conftest import PATIENCE_MS
from tests.support.servers import RunningServer


@pytest.mark.parametrize("path", ["/", "/refer", "/accessibility"])
def test_no_page_has_an_error_in_the_console_nor_is_it_refused_anything(
    chromium: Browser, app_server: RunningServer, path: str
) -> None:
    context = chromium.new_context()
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    found: list[Any] = []
    page.on("console", lambda said: found.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: found.append(error))  # noqa: PLW0108 - it takes no built-in method
    tools = context.new_cdp_session(page)

    def note(said: Any) -> None:  # noqa: ANN401 - as the browser tells it
        if said["issue"]["code"] == "ContentSecurityPolicyIssue":
            found.append(said["issue"]["details"])

    tools.on("Audits.issueAdded", note)
    tools.send("Audits.enable")
    page.goto(app_server.url + path)
    expect(page.locator("#start")).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert found == []
    context.close()
