"""``python -m hosting``: what ``kim app`` becomes once it has chosen folder and environment."""

from __future__ import annotations

import sys

from hosting.server import main

if __name__ == "__main__":
    sys.exit(main())
