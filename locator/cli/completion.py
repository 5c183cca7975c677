"""The command `completion SHELL`: the file from which a shell completes commands, options and file names."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from locator.cli.arguments import one_of
from locator.cli.exit_codes import Exit
from locator.installation import DISTRIBUTION

_SHELLS = ("bash", "zsh")


def add_parser(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], make: Callable[[], argparse.ArgumentParser]
) -> None:
    """Add `completion` to the commands of the command line, all of which `make` makes."""
    completion = commands.add_parser("completion", help="print what a shell needs to complete this command")
    completion.add_argument(
        "shell", type=one_of(*_SHELLS), choices=_SHELLS, help="the shell to complete for: bash or zsh"
    )
    completion.set_defaults(run=lambda options: _run(options.shell, make()))


def _run(shell: str, parser: argparse.ArgumentParser) -> Exit:
    # No other command needs it.
    import shtab  # noqa: PLC0415

    # `python -m locator` is three words, which no shell completes.
    parser.prog = DISTRIBUTION
    _complete_files(parser, file=shtab.FILE, folder=shtab.DIRECTORY)
    sys.stdout.write(f"{shtab.complete(parser, shell)}\n")
    return Exit.DONE


def _complete_files(parser: argparse.ArgumentParser, *, file: object, folder: object) -> None:
    """Say of every argument that names a file or a folder that it does, here and in all commands below."""
    for action in parser._actions:  # noqa: SLF001 - argparse has no other list of them
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 - nor a name for this
            for command in action.choices.values():
                _complete_files(command, file=file, folder=folder)
        elif action.metavar == "DIR":
            action.complete = folder  # type: ignore[attr-defined]  # where shtab looks for it
        elif action.dest in {"file", "output", "rejected"}:
            action.complete = file  # type: ignore[attr-defined]
