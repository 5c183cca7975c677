"""The paths of all routes of the installed Streamlit, as JSON: `python -m reliability.strangers.routes`.

In a process of its own, as Streamlit keeps one runtime for each.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from starlette.routing import Mount, Route, WebSocketRoute
from streamlit.web.server.starlette import App


def main() -> None:
    """Print them."""
    built = App(Path(__file__))._build_starlette_app()  # noqa: SLF001 - it has no public list
    paths = {one.path for one in built.routes if isinstance(one, Route | WebSocketRoute | Mount)}
    sys.stdout.write(json.dumps(sorted(paths)))


if __name__ == "__main__":
    main()
