"""Try everything, print the table and keep it in docs/reliability.md: `python -m reliability`."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from time import monotonic
from typing import Final

from reliability import editing, failing, killing, signing, uploads
from reliability.report import all_met, render
from reliability.strangers import section as strangers
from tests.support.servers import ROOT

# Processes are forked before any thread is started.
_TRIALS: Final = (
    ("killing processes", killing.section),
    ("failing disks", failing.section),
    ("editors at once", editing.section),
    ("bad files", uploads.section),
    ("signing in", signing.section),
    ("hostile clients", strangers.section),
)


def main() -> int:
    """Run all trials, one after the other; 1 if a figure misses its aim."""
    began_s = monotonic()
    sections = []
    for name, trial in _TRIALS:
        sys.stderr.write(f"Trying: {name} ...\n")
        sections.append(trial())
    text = render(sections, on=datetime.now(UTC).date(), run_s=monotonic() - began_s)
    (ROOT / "docs" / "reliability.md").write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return 0 if all_met(sections) else 1


if __name__ == "__main__":
    sys.exit(main())
