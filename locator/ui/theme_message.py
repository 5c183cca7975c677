"""The theme as the server tells it to browsers; it is the same from the server's start to its stop.

Streamlit works it out anew at the start of each run, six sections each from the list of all its options. That
was a tenth of a search, more than its list of clinics: docs/decisions/017-what-a-search-costs.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session


@contextmanager
def worked_out_once() -> Iterator[None]:
    """Meanwhile each section of the theme is worked out for the first run, and what was made is told again.

    A change of the configuration is not told before the end. Streamlit has no public way to ask for this, so
    a function of its own is replaced.
    """
    work_out = app_session._populate_theme_msg  # noqa: SLF001 - see above

    @cache
    def section_of(section: str) -> CustomThemeConfig:
        made = CustomThemeConfig()
        work_out(made, section)
        return made

    def tell(msg: CustomThemeConfig, section: str = "theme") -> None:
        made = section_of(section)
        # A section that says nothing is no section: even an empty one would count as set.
        if made.ByteSize():
            msg.MergeFrom(made)

    app_session._populate_theme_msg = tell  # noqa: SLF001 - see above
    try:
        yield
    finally:
        app_session._populate_theme_msg = work_out  # noqa: SLF001 - see above
