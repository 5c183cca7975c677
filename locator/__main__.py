"""Lets `python -m locator` and `drg-locator` run the command line."""

import sys


def main() -> int:
    """Run the command line and return its exit code."""
    try:
        # Whoever presses Ctrl-C while this is being loaded is to see no traceback either.
        from locator.cli.main import main as run  # noqa: PLC0415

        return run()
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
