"""AppTest knows no parts of pages: an act in one runs the whole page, and what a part left alone is gone.

A browser asks for the part, and keeps the rest. `keep_what_was_not_drawn_again` has AppTest do so too.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any, Final
from weakref import WeakKeyDictionary

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.runtime.scriptrunner import RerunData, ScriptRunnerEvent
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequests
from streamlit.runtime.state.safe_session_state import SafeSessionState
from streamlit.testing.v1 import app_test
from streamlit.testing.v1.element_tree import ElementTree, parse_tree_from_messages
from streamlit.testing.v1.local_script_runner import LocalScriptRunner

_PATIENCE_S: Final = 0.05

# By the session state, which is the same for all runs of a page.
_shown: WeakKeyDictionary[SafeSessionState, ForwardMsgQueue] = WeakKeyDictionary()


class _Browser(LocalScriptRunner):
    """A run of a page, and what is on the page after it."""

    def __init__(self, script_path: str, session_state: SafeSessionState, *args: Any, **options: Any) -> None:  # noqa: ANN401 - Streamlit's own
        super().__init__(script_path, session_state, *args, **options)
        self._of_page = session_state

    def run(self, *args: Any, **options: Any) -> ElementTree:  # noqa: ANN401 - Streamlit's own
        super().run(*args, **options)
        parts = self._parts_drawn()
        shown = _shown.get(self._of_page, ForwardMsgQueue()) if parts else ForwardMsgQueue()
        # As Streamlit itself drops what is out of date among messages that a browser is still to get.
        shown.clear(retain_lifecycle_msgs=True, fragment_ids_this_run=parts)
        for message in self.forward_msgs():
            shown.enqueue(message)
        _shown[self._of_page] = shown
        sent = shown._queue  # noqa: SLF001 - nothing public lists them
        return parse_tree_from_messages(sorted(sent, key=lambda message: list(message.metadata.delta_path)))

    def request_rerun(self, rerun_data: RerunData) -> bool:
        """Ask for a run; where a component in a part sent something, for the run of that part alone."""
        states = rerun_data.widget_states
        sent = [one.id for one in states.widgets if one.HasField("json_trigger_value")] if states else []
        for message in _shown.get(self._of_page, ForwardMsgQueue())._queue:  # noqa: SLF001 - as above
            component = message.delta.new_element.bidi_component.id
            if component and message.delta.fragment_id and any(component in trigger for trigger in sent):
                rerun_data = replace(rerun_data, fragment_id=message.delta.fragment_id)
                # AppTest has asked for the whole page as it made this runner, and that would take precedence.
                self._requests = ScriptRequests()
        return super().request_rerun(rerun_data)

    def script_stopped(self) -> bool:
        """Whether the run is over. AppTest asks each millisecond, which takes the run's time from it."""
        if self._script_thread is not None:
            self._script_thread.join(_PATIENCE_S)
        return super().script_stopped()

    def _parts_drawn(self) -> list[str] | None:
        """The ids of the parts that were drawn last; None where the whole page was."""
        runs = zip(self.events, self.event_data, strict=True)
        began = [data for event, data in runs if event == ScriptRunnerEvent.SCRIPT_STARTED]
        parts: list[str] | None = began[-1].get("fragment_ids_this_run")
        return parts


def keep_what_was_not_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Until the end of the test, a page of AppTest has after each run what a browser would show."""
    monkeypatch.setattr(app_test, "LocalScriptRunner", _Browser)


def read_installed_packages_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """AppTest looks for components in every package as a visit starts, which takes longer than the visit."""
    once = cache(manifest_scanner.scan_component_manifests)
    monkeypatch.setattr(manifest_scanner, "scan_component_manifests", once)
