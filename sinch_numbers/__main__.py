"""``python -m sinch_numbers``: the command line."""

import sys

from sinch_numbers.cli import main

if __name__ == "__main__":
    sys.exit(main())
