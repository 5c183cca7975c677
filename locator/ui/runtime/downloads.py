"""What a visitor takes away: made once for the visit, one thing at a time, where nobody else can find it."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Final, Literal

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import add_script_run_ctx, get_script_run_ctx

from locator.ui.runtime.run_queue import Turns

_STATE: Final = "downloads"

# The typesetter keeps a core busy: everybody's next sheet waits for the one that is being made.
_TURNS: Final = Turns(at_once=1, patience_s=10.0)
_MOST_KEPT: Final = 4
_TOKEN_BYTES: Final = 16


class Downloads:
    """The files that one visit asked for. Safe across threads."""

    def __init__(self, turns: Turns = _TURNS) -> None:
        self._token = secrets.token_hex(_TOKEN_BYTES)
        self._turns = turns
        self._making = threading.Lock()
        self._made: OrderedDict[Hashable, bytes] = OrderedDict()

    def media_type(self, plain: str) -> str:
        """The media type with a parameter that only this visit knows.

        Streamlit makes a file's address from its bytes, its name and its media type. Without something secret
        among them, whoever could guess what a sheet says would know where it is, and whether anybody made it.
        """
        return f"{plain}; visit={self._token}"

    def made(self, what: Hashable, make: Callable[[], bytes]) -> bytes:
        """The bytes that `make` gives for `what`, from the last time if that was not long ago.

        A visit has one thing made at a time, and all visits take turns in the order they asked.
        """
        with self._making:
            if what not in self._made:
                with self._turns.turn(self._token):
                    self._made[what] = make()
            self._made.move_to_end(what)
            while len(self._made) > _MOST_KEPT:
                self._made.popitem(last=False)
            return self._made[what]


def button(  # noqa: PLR0913 - as many as Streamlit has names for
    label: str,
    data: bytes | Callable[[], bytes],
    *,
    file_name: str,
    media_type: str,
    key: str | None = None,
    kind: Literal["primary", "secondary"] = "secondary",
) -> None:
    """A button that hands out `data`, or what it gives when somebody presses it."""
    secret_type = of_visit().media_type(media_type)
    if callable(data):
        data = _held(data, secret_type, file_name)
    st.download_button(
        label,
        data,
        file_name=file_name,
        mime=secret_type,
        type=kind,
        on_click="ignore",
        key=key,
    )


def _held(make: Callable[[], bytes], media_type: str, file_name: str) -> Callable[[], bytes]:
    """What `make` gives, which Streamlit then keeps until the visit's page is drawn anew.

    What is made upon a press belongs to no page, and Streamlit forgets that at the end of the second run of
    any page: where many people are, before a browser far away has fetched it.
    """
    context = get_script_run_ctx()

    def made_and_held() -> bytes:
        content = make()
        if context is not None and runtime.exists():
            # The press is answered by a thread that belongs to no visit.
            holding = threading.Thread(
                target=runtime.get_instance().media_file_mgr.add,
                args=(content, media_type, f"download {file_name}", file_name),
                kwargs={"is_for_static_download": True},
            )
            add_script_run_ctx(holding, context)
            holding.start()
            holding.join()
        return content

    return made_and_held


def of_visit() -> Downloads:
    """The files of the visit whose page is being drawn."""
    kept = st.session_state.get(_STATE)
    if not isinstance(kept, Downloads):
        kept = st.session_state[_STATE] = Downloads()
    return kept
