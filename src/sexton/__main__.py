"""`python -m sexton`: the command line."""

import sys

from sexton.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
