"""Lets `python -m locator` run the command line."""

import sys

from locator.cli import main

if __name__ == "__main__":
    sys.exit(main())
