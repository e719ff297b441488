"""`python -m outreach.sandbox`: see cli.py."""

import sys

from outreach.sandbox.cli import main

if __name__ == "__main__":
    sys.exit(main())
