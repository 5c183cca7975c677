"""What the system lets this process have, open files and threads, and whether it suffices for the visits."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from locator.web.connections import MOST_WAITING
from locator.web.middleware import MOST_SILENT, most_sessions

MOST_FILES: Final = 65_536
"""More are never asked for: some systems allow a billion."""

FILES_OF_A_SESSION: Final = 3
"""Streamlit gives each session an event loop, which is a pair of sockets and a selector."""

RESERVED_FILES: Final = 150
"""For what is no connection: modules, the directory, databases, and connections that are just arriving."""

RESERVED_THREADS: Final = 100
"""For what is no visit: the event loop's helpers, files that are sent, work in the background."""


def raise_open_files() -> int:
    """Let this process open as many files as it may; how many that are."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    target = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < target:
        resource.setrlimit(resource.RLIMIT_NOFILE, (target, hard))
        return target
    return MOST_FILES if soft == resource.RLIM_INFINITY else soft


def most_threads(root: Path = Path("/")) -> int | None:
    """How many threads this process may have at most; None where nothing says so."""
    limits = list(_thread_limits(root))
    return min(limits) if limits else None


def files_for(most_visits: int) -> int:
    """How many open files so many pages need, with all that may come beside them."""
    pages = most_visits + most_visits // 10 + FILES_OF_A_SESSION * most_sessions(most_visits)
    return pages + MOST_SILENT + MOST_WAITING + RESERVED_FILES


def threads_for(most_visits: int) -> int:
    """How many threads so many pages need: each of them one while it waits for its turn."""
    return most_visits + most_visits // 10 + RESERVED_THREADS


def visits_that_fit(most_visits: int, *, files: int, threads: int | None) -> int:
    """How many of `most_visits` pages so many files and threads suffice for; at least one."""
    fitting = (
        visits
        for visits in range(most_visits, 1, -1)
        if files_for(visits) <= files and (threads is None or threads_for(visits) <= threads)
    )
    return next(fitting, 1)


def shortcomings(most_visits: int, *, files: int, threads: int | None) -> list[str]:
    """What does not suffice for so many open pages, a sentence each, with what to do about it."""
    fitting = visits_that_fit(most_visits, files=files, threads=threads)
    needs = []
    if files < files_for(most_visits):
        needs.append(f"{files_for(most_visits)} open files (LimitNOFILE, ulimit -n) and has {files}")
    if threads is not None and threads < threads_for(most_visits):
        needs.append(f"{threads_for(most_visits)} threads (TasksMax, ulimit -u) and has {threads}")
    return [
        f"most_visits = {most_visits} needs {need}: only {fitting} pages may be open at once."
        for need in needs
    ]


def _thread_limits(root: Path) -> Iterator[int]:
    # The superuser is not held to it.
    if hasattr(resource, "RLIMIT_NPROC") and os.geteuid() != 0:
        soft, _ = resource.getrlimit(resource.RLIMIT_NPROC)
        if soft != resource.RLIM_INFINITY:
            yield soft
    for folder in _control_groups(root):
        try:
            text = (folder / "pids.max").read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            continue
        if text.isdecimal():
            yield int(text)


def _control_groups(root: Path) -> Iterator[Path]:
    """The folders of Linux's control groups that this process is in, in both of their kinds."""
    try:
        lines = (root / "proc/self/cgroup").read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return
    for line in lines:
        _, controllers, path = [*line.split(":", 2), "", ""][:3]
        if controllers not in {"", "pids"}:
            continue
        top = root / "sys/fs/cgroup" / controllers
        folder = top / path.lstrip("/")
        yield folder
        yield from (parent for parent in folder.parents if parent.is_relative_to(top))
