"""Every attack, on which server it is made, and the part of the report."""

from __future__ import annotations

import os
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

import httpx

from locator.staff import Role
from locator.staff.sign_in import Accounts, argon2id
from reliability.figures import Section, Table, at_most, of_all
from reliability.strangers import frames, sockets, staff, work
from reliability.strangers.bystanders import ATTACKER, DOCUMENT_SHOWN, MANY, PAGE_SHOWN, bystanders
from reliability.strangers.target import Attack, Target
from reliability.strangers.trial import Trial, attacked, calm
from tests.support.fake_geocoder import answering, fake_geocoder, house
from tests.support.made_up_directory import data_folder
from tests.support.servers import ROOT, RunningServer, running, running_app

AIM_MS: Final = 300.0
MOST_LOG_BYTES: Final = 20_000
LARGE: Final = 100_000
_LARGE_STARTS_WITHIN_S: Final = 240.0
_FEW_FILES: Final = 1_024

# The order matters little but that a lock lasts: what needs an address that is not locked comes first.
ATTACKS: Final = (
    Attack("load_git_info", frames.git_info),
    Attack("clear_cache and reports", frames.clearing),
    Attack("clear_cache and the street service", frames.street_rate),
    Attack("unknown messages", frames.unknown_types),
    Attack("large frames", frames.large_frames),
    Attack("text frames", frames.text_frames),
    Attack("line ends in request_id", frames.forged_lines),
    Attack("made-up files", frames.made_up_files),
    Attack("pings", frames.pings),
    Attack("400 idle sockets", sockets.idle(400)),
    Attack("1,200 idle sockets", sockets.idle(1_200)),
    Attack("1,200 idle sockets of many", sockets.idle(1_200, MANY)),
    Attack("half-sent requests", sockets.half_sent),
    Attack("1,024 visits", sockets.visits((ATTACKER,), 100)),
    Attack("1,024 visits of many", sockets.visits(MANY, 100)),
    Attack("a visit's sheet, 300 times", work.sheets),
    Attack("guessed sheets", work.guessed_sheets),
    Attack("uploads by strangers", work.uploads),
    Attack("closed routes", work.closed_routes),
    Attack("sign-in from a locked address", staff.locked_address),
    Attack("a colleague's name locked", staff.locked_colleague),
    Attack("settling after signing out", staff.settling_after_sign_out),
    Attack("a pipe for the overview", work.pipe_for_overview),
    Attack("a pipe for the clinics", work.pipe_for_clinics),
    Attack("the clock behind", work.clock_behind),
)
WITH_FEW_FILES: Final = (
    Attack("1,200 idle sockets, 1,024 files", sockets.idle(1_200, MANY)),
    Attack("half-sent requests, 1,024 files", sockets.half_sent),
)
LARGE_DIRECTORY: Final = (Attack("API documents of 100,000 clinics", work.api_documents),)

_HEAD: Final = (
    "attack",
    "what was done",
    "searches: median, worst",
    "thrown out",
    "newcomers",
    "the attacker got",
    "and what else",
    "log: lines, bytes",
    "memory grew by",
)
_REMARK: Final = """\
Each row is one attack on the real server over loopback, bounded in count and time. From a process of their
own, one visitor searches up to five times a second, five people are inside and act every second, two of them
from the attacker's own address, and a newcomer arrives every second. A row covers the time from the start of
the attack until each of them had finished what they were doing at its end; "calm" is the same without an
attack. Attackers, who would be elsewhere, give way to all others: at most they had {cores:.2f} of a core.
The machine's load average was {before:.1f} before and {after:.1f} after; on a machine that is busy with
something else, the times mean little. Memory is the largest growth during the attack, log what the server
printed."""


def section() -> Section:
    """The figures and the table of all attacks; they need many addresses on loopback, as Linux has them."""
    title, load_before = "Hostile clients", os.getloadavg()[0]
    if not _has_many_addresses():
        return Section(title, (), "Left out: on this system, loopback has one address only.")
    trials: list[Trial] = []
    with tempfile.TemporaryDirectory(prefix="drg-strangers-") as name:
        folder = Path(name)
        for calm_name, started, attacks in _ON:
            with started(folder) as target:
                trials += _tried(target, calm_name, attacks)
    return as_section(title, trials, (load_before, os.getloadavg()[0]))


def as_section(title: str, trials: Sequence[Trial], load: tuple[float, float]) -> Section:
    """The part of the report that these make; `load` are the machine's load averages before and after."""
    attacks = [one for one in trials if one.outcome is not None]
    quick = [one for one in attacks if is_quick(one)]
    good = [one for one in attacks if one.outcome and not one.outcome.wrongs]
    slow, bad = _names(attacks, quick), _names(attacks, good)
    calm_ms = max((one.noticed.worst_ms for one in trials if one.outcome is None), default=float("nan"))
    return Section(
        title,
        (
            of_all(
                "attacks during which each search was answered within 300 ms",
                len(quick),
                len(attacks),
                means=f"by one honest visitor, who searches all the time; the worst in calm took"
                f" {calm_ms:.0f} ms.{slow}",
            ),
            at_most(
                "people inside who were thrown out",
                sum(one.noticed.thrown_out for one in trials),
                0,
                means="their page lost its connection, or an action on it failed.",
            ),
            at_most(
                "answers 500",
                sum(map(_errors, trials)),
                0,
                means="to anybody, the attackers among them.",
            ),
            at_most(
                "newcomers who got neither the page nor an answer in its first document",
                sum(map(_turned_away, trials)),
                0,
                means="a newcomer arrives every second; without room for them, the first document answers.",
            ),
            at_most(
                f"attacks that wrote more than {MOST_LOG_BYTES:,} bytes of log",
                sum(one.log_bytes > MOST_LOG_BYTES for one in attacks),
                0,
                means="a disk that is full of log stops everything else that writes.",
            ),
            of_all(
                "attacks that came to nothing else either",
                len(good),
                len(attacks),
                means=f"what each was after is in the table.{bad}",
            ),
        ),
        _REMARK.format(
            cores=max((one.attacker_cores for one in attacks), default=0.0), before=load[0], after=load[1]
        ),
        Table(_HEAD, tuple(map(_row, trials))),
    )


def is_quick(trial: Trial) -> bool:
    """Whether there were searches, and each was answered within the aim."""
    noticed = trial.noticed
    return bool(noticed.searches_ms) and not noticed.failed_searches and noticed.worst_ms < AIM_MS


def _errors(trial: Trial) -> int:
    got = trial.outcome.got if trial.outcome else {}
    return sum(
        count
        for answers in (got, trial.noticed.newcomers)
        for answer, count in answers.items()
        if " 500" in f" {answer}"
    )


def _turned_away(trial: Trial) -> int:
    newcomers = trial.noticed.newcomers
    return newcomers.total() - newcomers[PAGE_SHOWN] - newcomers[DOCUMENT_SHOWN]


def _names(every: Sequence[Trial], good: Sequence[Trial]) -> str:
    others = [one.name for one in every if one not in good]
    return f" Not so: {'; '.join(others)}." if others else ""


def _row(trial: Trial) -> tuple[str, ...]:
    noticed, outcome = trial.noticed, trial.outcome
    failed = f", {noticed.failed_searches} failed" if noticed.failed_searches else ""
    more = [*(f"**{wrong}**" for wrong in outcome.wrongs), *outcome.facts] if outcome else []
    return (
        trial.name,
        outcome.done if outcome else f"nothing, for {trial.took_s:.0f} s",
        f"{noticed.median_ms:.0f}, {noticed.worst_ms:,.0f} ms{failed}",
        f"{noticed.thrown_out or 'none'}",
        f"{_counted(noticed.newcomers)}; the slowest after {noticed.slowest_newcomer_ms:,.0f} ms",
        _counted(outcome.got) if outcome else "",
        "; ".join(more),
        f"{trial.log_lines:,}, {trial.log_bytes:,}",
        f"{trial.memory_mb:.0f} MB",
    )


def _counted(answers: dict[str, int]) -> str:
    return "; ".join(f"{count:,} {answer}" for answer, count in sorted(answers.items()))


def _tried(target: Target, calm_name: str, attacks: Sequence[Attack]) -> Iterator[Trial]:
    with bystanders(target.server) as people:
        yield replace(calm(target, people), name=calm_name, outcome=None)
        for attack in attacks:
            sys.stderr.write(f"  {attack.name} ...\n")
            yield attacked(attack, target, people)


@contextmanager
def _main_target(folder: Path) -> Iterator[Target]:
    """The server with staff, a street service that allows one request a second, and its twin."""
    data = _copied_data(folder / "data")
    accounts = Accounts(folder / "kept" / "staff.json", argon2id())
    for name in staff.NAMES:
        accounts.put(name, Role.APPROVER, staff.PHRASE)
    with ExitStack() as stack:
        geocoder = stack.enter_context(fake_geocoder())
        geocoder.behave = answering([house()])
        prefix = "LOCATOR_PATIENT_GEOCODER__"
        settings = {
            **_every_server(data),
            "LOCATOR_STAFF__ACCOUNTS_FILE": str(folder / "kept" / "staff.json"),
            f"{prefix}SERVICE": "nominatim",
            f"{prefix}ARGUMENTS__DOMAIN": geocoder.host,
            f"{prefix}ARGUMENTS__SCHEME": "http",
            f"{prefix}DISPLAY_NAME": "a made-up service",
        }
        server = stack.enter_context(running_app(_log(folder, "main"), settings))
        twin = stack.enter_context(running_app(_log(folder, "twin"), _every_server(data)))
        yield Target(server, data, geocoder, twin)


@contextmanager
def _small_limit(folder: Path) -> Iterator[Target]:
    """The server where the system allows it no more than 1,024 files."""
    data = _copied_data(folder / "data-small")
    serve = [sys.executable, str(ROOT / "scripts" / "serve.py")]
    command = ["sh", "-c", f'ulimit -n {_FEW_FILES} && exec "$0" "$@"', *serve]
    settings = _every_server(data)
    log = _log(folder, "small")
    with running(command, log=log, settings=settings, await_path="/readyz") as server:
        yield Target(server, data)


@contextmanager
def _large(folder: Path) -> Iterator[Target]:
    """The server with a large directory."""
    data = data_folder(folder / "data-large", LARGE)
    settings = _every_server(data)
    log = _log(folder, "large")
    with running_app(log, settings, await_path="/healthz") as server:
        _await_ready(server)
        yield Target(server, data)


def _await_ready(server: RunningServer) -> None:
    """Wait until the server has read its directory."""
    deadline_s = time.monotonic() + _LARGE_STARTS_WITHIN_S
    with httpx.Client(trust_env=False, base_url=server.url, timeout=_LARGE_STARTS_WITHIN_S) as client:
        while client.get("/readyz").status_code != httpx.codes.OK:
            if time.monotonic() > deadline_s:
                raise TimeoutError("the large directory is not read in time")
            time.sleep(0.5)


def _every_server(data: Path) -> dict[str, str]:
    """Settings of a server without a proxy, whose visitors are told apart by their addresses on loopback."""
    return {
        "LOCATOR_TILE_URL": "none",
        "LOCATOR_DATA_DIR": str(data),
        # By default all of loopback is a proxy; here no address that anybody comes from is one.
        "LOCATOR_TRUSTED_PROXIES": "127.255.255.254",
    }


def _copied_data(data: Path) -> Path:
    shutil.copytree(ROOT / "data", data, ignore=shutil.ignore_patterns("history"))
    return data


def _log(folder: Path, name: str) -> Path:
    """The server starts in the folder its log is in."""
    own = folder / name
    own.mkdir()
    return own / "log.txt"


def _has_many_addresses() -> bool:
    with socket.socket() as probe:
        try:
            probe.bind((ATTACKER, 0))
        except OSError:
            return False
    return True


# Each server with the name of its calm time and what is tried on it.
_ON: Final = (
    ("calm", _main_target, ATTACKS),
    ("calm, 1,024 files", _small_limit, WITH_FEW_FILES),
    ("calm, 100,000 clinics", _large, LARGE_DIRECTORY),
)
