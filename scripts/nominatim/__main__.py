"""Run a command beside a real Nominatim, or serve one until interrupted.

Installs what is missing, imports an OpenStreetMap file into a database of its own and serves it on this
machine only, where the command finds it by the variable NOMINATIM_URL. Whatever happens, the processes are
ended and the folder they lived in is removed; only Debian's packages stay.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Final, NoReturn

from scripts.nominatim.install import install_packages
from scripts.nominatim.service import running_nominatim
from scripts.nominatim.steps import StepFailedError

URL_VARIABLE: Final = "NOMINATIM_URL"
COMMAND_STOP_TIMEOUT_S: Final = 30.0


def main() -> int:
    """The command's exit code; 1 with the reason where there is no Nominatim to run it beside."""
    parser = argparse.ArgumentParser(prog="python -m scripts.nominatim", description=__doc__)
    parser.add_argument("osm_file", type=Path, help="the data to import, in any format osm2pgsql reads")
    parser.add_argument("command", nargs=argparse.REMAINDER, help="what to run beside it, after --")
    options = parser.parse_args()
    if not options.osm_file.is_file():
        parser.error(f"there is no file {options.osm_file}")
    # As an exception, a request to stop passes every clean-up on its way out.
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGHUP, _stop)
    # Begun in the background, it and all it starts would be deaf to an interrupt.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        install_packages()
        with running_nominatim(options.osm_file) as url:
            return _run_beside(url, options.command[options.command[:1] == ["--"] :])
    except StepFailedError as exc:
        print(exc, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


def _run_beside(url: str, command: list[str]) -> int:
    print(f"Nominatim answers at {url}", flush=True)
    if not command:
        signal.pause()
    with subprocess.Popen(command, env=os.environ | {URL_VARIABLE: url}) as process:  # noqa: S603 - the caller's
        try:
            return process.wait()
        except (KeyboardInterrupt, SystemExit) as request:
            # Tests clean up after an interrupt, and after nothing else; Ctrl-C reaches them by itself.
            if isinstance(request, SystemExit):
                process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=COMMAND_STOP_TIMEOUT_S)
            process.kill()
            raise


def _stop(number: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
