"""``kim app``: the application in the browser."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

from command.app_settings import environment
from command.screen import Screen
from translation import msg


def run(options: argparse.Namespace, screen: Screen) -> int:
    """Starts the server; the status is the one with which it ends."""
    host = "localhost" if options.address in ("127.0.0.1", "0.0.0.0", "::") else options.address
    text = msg("KIM-Planer: http://{host}:{port} (stop with Ctrl+C)", host=host, port=options.port)
    screen.err.print(screen.line(text))
    home = Path(__file__).parents[1]
    command = [sys.executable, "-m", "streamlit", "run", str(home / "app.py")]
    command += [f"--server.address={options.address}", f"--server.port={options.port}"]
    if options.no_browser:
        command.append("--server.headless=true")
    started_with = environment()
    # From its own folder: in the one that it is started from there may be settings and modules that are not ours.
    if sys.platform != "win32":
        # In place of this process, so that whoever ends it ends the server.
        os.chdir(home)
        os.execve(sys.executable, command, started_with)
    return subprocess.run(command, cwd=home, env=started_with, check=False).returncode
