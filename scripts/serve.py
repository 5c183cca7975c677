"""Start the app on one address; the last line printed is its URL, once people can reach it.

`streamlit run app.py` starts the same app. This says less, names no server software in its answers, closes
connections that keep it waiting, and lets no visitor send more than a page of ours ever does.
"""

from __future__ import annotations

# ruff: noqa: E402 - whoever presses Ctrl-C while the rest is still being loaded is to see no traceback either
import signal
import sys


def _stop(_signal: int, _frame: object) -> None:
    """End as asked. While the server runs it takes these signals; closed down, it hands them on to here."""
    sys.exit(0)


for _asked in (signal.SIGINT, signal.SIGTERM):
    signal.signal(_asked, _stop)

import argparse
import os
import socket
from errno import EADDRINUSE
from pathlib import Path

import uvicorn

ROOT = Path(__file__).resolve().parent.parent
# By default a thread that works keeps all others waiting for up to 5 ms. The one that sends would wait so for
# every message of every page: docs/decisions/016-under-load.md.
SWITCH_INTERVAL_S = 0.001
STAFF_PUBLISH_INTO_PROJECT = (
    "What staff publish is written into the project's own folder, where the next update stops at it or"
    " replaces it. Stop the service and move it: docs/deploy.md, python -m locator move-data."
)


class AnnouncingServer(uvicorn.Server):
    """A uvicorn server that prints the app's URL, its `base_path` included, when it has begun to answer."""

    def __init__(self, config: uvicorn.Config, base_path: str) -> None:
        super().__init__(config)
        self._base_path = base_path

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start as usual, then say where."""
        await super().startup(sockets)
        if self.started:
            # Port 0 stands for any free one: the socket knows which.
            port = self.servers[0].sockets[0].getsockname()[1]
            print(f"DRG Locator is running at {url(self.config.host, port, self._base_path)}", flush=True)


def url(host: str, port: int, base_path: str) -> str:
    """The address to type into a browser; the two ways to say "every address" become localhost."""
    name = "localhost" if host in {"", "0.0.0.0", "::"} else f"[{host}]" if ":" in host else host  # noqa: S104
    return f"http://{name}:{port}{f'/{base_path}/' if base_path else ''}"


def why_not_free(host: str, port: str) -> str | None:
    """Why the address cannot be listened on, in a sentence; None if it can."""
    where = f"Cannot listen on {host} port {port}"
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, int(port)))
        except OSError as exc:
            another = f" Try make run PORT={int(port) + 1}" if exc.errno == EADDRINUSE else ""
            return f"{where}: {exc.strerror}.{another}"
        except UnicodeError:
            return f"{where}: that is not the name or the number of a host."
        except (OverflowError, ValueError):
            return f"{where}: ports are whole numbers from 1 to 65535, or 0 for any that is free."
    return None


def stay_in_this_environment() -> None:
    """Begin again from the environment's own folder if Python was started through a link to it.

    An update lets the link lead to another environment. A server that had gone through it would from then on
    load its modules and files from there: old code beside new.
    """
    folder = os.path.realpath(sys.prefix)
    python = f"{folder}/bin/{Path(sys.executable).name}"
    if sys.prefix not in {sys.base_prefix, folder} and python != sys.executable:
        os.execv(python, [python, *sys.orig_argv[1:]])  # noqa: S606 - no shell is wanted


def main() -> int:
    """Serve until stopped; 1 with one clear line where that cannot begin."""
    parser = argparse.ArgumentParser(description="Start DRG Locator.")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on; 127.0.0.1 unless told")
    parser.add_argument(
        "--port", default="8501", help="the port to listen on; 8501 unless told, 0 for any that is free"
    )
    arguments = parser.parse_args()
    if problem := why_not_free(arguments.host, arguments.port):
        print(problem, file=sys.stderr)
        return 1
    stay_in_this_environment()
    # Streamlit looks for its configuration in the working directory, Python for the app on its path.
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    # Found only now.
    from locator.errors import LocatorError  # noqa: PLC0415
    from locator.web import connections, process_limits  # noqa: PLC0415
    from locator.web.middleware.websocket_filter import MOST_STAFF_BYTES  # noqa: PLC0415

    try:
        from app import app, files, settings  # noqa: PLC0415
    except LocatorError as exc:
        print(exc, file=sys.stderr)
        return 1
    if settings.staff_publish_into_project:
        print(STAFF_PUBLISH_INTO_PROJECT, file=sys.stderr, flush=True)
    bounded = connections.Connections(files - process_limits.RESERVED_FILES)
    config = uvicorn.Config(
        app,
        host=arguments.host,
        port=int(arguments.port),
        log_level="warning",
        access_log=False,
        server_header=False,
        # locator/client_address.py reads them, as the operator's settings say.
        proxy_headers=False,
        http=connections.http_protocol(bounded),
        ws=connections.websocket_protocol(bounded),
        # No more than so many are taken at once, so that there is still room for files when a crowd knocks.
        backlog=128,
        ws_max_size=MOST_STAFF_BYTES,
        ws_ping_interval=30,
        ws_ping_timeout=30,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=5,
    )
    AnnouncingServer(config, settings.base_path).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
