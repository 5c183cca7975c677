"""Files to download: created once a visit, one at a time, under an address that nobody else can guess."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Final, Literal

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import add_script_run_ctx, get_script_run_ctx

from locator.ui.runtime.run_queue import RunQueue

_STATE: Final = "downloads"

# The typesetter keeps a core busy: everybody's next sheet waits for the one being typeset.
_QUEUE: Final = RunQueue(concurrency=1, max_hold_s=10.0)
_MAX_FILES: Final = 4
_TOKEN_BYTES: Final = 16


class Downloads:
    """The files of one visit. Thread-safe."""

    def __init__(self, queue: RunQueue = _QUEUE) -> None:
        self._token = secrets.token_hex(_TOKEN_BYTES)
        self._queue = queue
        self._lock = threading.Lock()
        self._files: OrderedDict[Hashable, bytes] = OrderedDict()

    def media_type(self, plain: str) -> str:
        """The media type with a parameter that only this visit knows.

        Streamlit makes a file's address from its bytes, its name and its media type. Without something secret
        among them, whoever could guess what a sheet says would know where it is, and whether anybody made it.
        """
        return f"{plain}; visit={self._token}"

    def get_or_create(self, key: Hashable, create: Callable[[], bytes]) -> bytes:
        """The file for a key; `create` is called unless it is one of the visit's last few.

        A visit creates one file at a time, and all visits queue for it.
        """
        with self._lock:
            if key not in self._files:
                with self._queue.slot(self._token):
                    self._files[key] = create()
            self._files.move_to_end(key)
            while len(self._files) > _MAX_FILES:
                self._files.popitem(last=False)
            return self._files[key]


def button(  # noqa: PLR0913 - as many as Streamlit has names for
    label: str,
    data: bytes | Callable[[], bytes],
    *,
    file_name: str,
    media_type: str,
    key: str | None = None,
    kind: Literal["primary", "secondary"] = "secondary",
) -> None:
    """A button that downloads `data`, or what it returns when somebody presses the button."""
    secret_type = of_visit().media_type(media_type)
    if callable(data):
        data = _kept_until_redraw(data, secret_type, file_name)
    st.download_button(
        label,
        data,
        file_name=file_name,
        mime=secret_type,
        type=kind,
        on_click="ignore",
        key=key,
    )


def _kept_until_redraw(create: Callable[[], bytes], media_type: str, file_name: str) -> Callable[[], bytes]:
    """`create`, whose file Streamlit then keeps until the visit's page is drawn anew.

    A file created upon a press belongs to no page, and Streamlit drops it at the end of the second run of any
    page: where many people are, before a browser far away has fetched it.
    """
    context = get_script_run_ctx()

    def create_and_keep() -> bytes:
        content = create()
        if context is not None and runtime.exists():
            # The press is handled by a thread that belongs to no visit.
            keeping = threading.Thread(
                target=runtime.get_instance().media_file_mgr.add,
                args=(content, media_type, f"download {file_name}", file_name),
                kwargs={"is_for_static_download": True},
            )
            add_script_run_ctx(keeping, context)
            keeping.start()
            keeping.join()
        return content

    return create_and_keep


def of_visit() -> Downloads:
    """The files of the visit whose page is being drawn."""
    downloads = st.session_state.get(_STATE)
    if not isinstance(downloads, Downloads):
        downloads = st.session_state[_STATE] = Downloads()
    return downloads
