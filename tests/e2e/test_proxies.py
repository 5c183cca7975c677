"""A whole visit, to the sheet, through nginx and Caddy as docs/deploy.md has them before two processes."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from scripts.proxies import find, why_not
from tests.e2e.conftest import DESKTOP, FLAGS, PATIENCE_MS
from tests.e2e.referral_page import ReferralPage, saved
from tests.e2e.referral_sheets import BURNSVILLE, CHASKA, WACONIA, assert_sheet_of_chaska_and_burnsville
from tests.support.proxies import NAME, before_two
from tests.support.servers import running_app

pytestmark = pytest.mark.timeout(300)


@pytest.mark.parametrize("kind", ["nginx", "caddy"])
def test_a_referral_from_place_to_sheet_with_two_processes(
    kind: str, chromium: Browser, chromium_path: str, tmp_path: Path
) -> None:
    if find(kind) is None:
        pytest.skip(why_not(kind))
    behind = {
        "LOCATOR_TILE_URL": "none",
        "LOCATOR_ALLOWED_HOSTS": NAME,
        "LOCATOR_CLIENT_ADDRESS_HEADER": "X-Forwarded-For",
    }
    with ExitStack() as running:
        backends = [
            f"127.0.0.1:{running.enter_context(running_app(tmp_path / name, behind)).port}"
            for name in ("one", "two")
        ]
        proxy = running.enter_context(before_two(kind, tmp_path, *backends))
        # The browser believes that it speaks with port 443 of the printed name.
        resolving = (
            f"--host-resolver-rules=MAP {NAME}:443 127.0.0.1:{proxy.port}, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
        )
        flags = [flag for flag in FLAGS if not flag.startswith("--host-resolver-rules")]
        browser = chromium.browser_type.launch(executable_path=chromium_path, args=[*flags, resolving])
        running.callback(browser.close)
        options: Any = {"viewport": DESKTOP, "reduced_motion": "reduce", "ignore_https_errors": True}
        context = browser.new_context(**options)
        context.set_default_timeout(PATIENCE_MS)
        referral = ReferralPage(context.new_page(), f"https://{NAME}")
        referral.visit()
        referral.start_from(WACONIA)
        with referral.doing():
            referral.pair_button(CHASKA, BURNSVILLE).click()
        expect(referral.chosen).to_contain_text(BURNSVILLE)
        assert_sheet_of_chaska_and_burnsville(saved(referral.download(), tmp_path))
        assert referral.seen.errors == []
