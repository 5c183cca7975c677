"""Start the app on one address; the last line printed is its URL, once people can reach it.

`streamlit run app.py` starts the same app. This says less, names no server software in its answers, and takes
no websocket message larger than a page of ours ever sends.
"""

from __future__ import annotations

import argparse
import os
import socket
import sys
from errno import EADDRINUSE
from pathlib import Path

import uvicorn

ROOT = Path(__file__).resolve().parent.parent
MAX_VISITOR_MESSAGE_BYTES = 1_000_000
# By default a thread that works keeps all others waiting for up to 5 ms. The one that sends would wait so for
# every message of every page: docs/decisions/016-under-load.md.
SWITCH_INTERVAL_S = 0.001


class AnnouncingServer(uvicorn.Server):
    """A uvicorn server that prints its URL when it has begun to answer."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start as usual, then say where."""
        await super().startup(sockets)
        if self.started:
            print(f"DRG Locator is running at {url(self.config.host, self.config.port)}", flush=True)


def url(host: str, port: int) -> str:
    """The address to type into a browser; the two ways to say "every address" become localhost."""
    name = "localhost" if host in {"0.0.0.0", "::"} else f"[{host}]" if ":" in host else host  # noqa: S104
    return f"http://{name}:{port}"


def why_not_free(host: str, port: int) -> str | None:
    """Why the address cannot be listened on, in a sentence; None if it can."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as exc:
            another = f" Try make run PORT={port + 1}" if exc.errno == EADDRINUSE else ""
            return f"Cannot listen on {host} port {port}: {exc.strerror}.{another}"
        except OverflowError:
            return f"Cannot listen on {host} port {port}: ports go from 1 to 65535."
    return None


def main() -> int:
    """Serve until stopped; 1 with one clear line where that cannot begin."""
    parser = argparse.ArgumentParser(description="Start DRG Locator.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8501)
    arguments = parser.parse_args()
    if problem := why_not_free(arguments.host, arguments.port):
        print(problem, file=sys.stderr)
        return 1
    # Streamlit looks for its configuration in the working directory, Python for the app on its path.
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    from locator.errors import LocatorError  # noqa: PLC0415 - found only now

    try:
        from app import app  # noqa: PLC0415
    except LocatorError as exc:
        print(exc, file=sys.stderr)
        return 1
    config = uvicorn.Config(
        app,
        host=arguments.host,
        port=arguments.port,
        log_level="warning",
        access_log=False,
        server_header=False,
        # locator/client_address.py reads them, as the operator's settings say.
        proxy_headers=False,
        ws="websockets-sansio",
        ws_max_size=MAX_VISITOR_MESSAGE_BYTES,
        ws_ping_interval=30,
        ws_ping_timeout=30,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=5,
    )
    AnnouncingServer(config).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
