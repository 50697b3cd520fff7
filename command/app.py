"""``kim app``: the application in the browser."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

from command.app_settings import environment
from command.screen import Screen


def run(options: argparse.Namespace, screen: Screen) -> int:
    """Starts the server; the status is the one with which it ends."""
    home = Path(__file__).parents[1]
    command = [sys.executable, "-m", "hosting", f"--lang={screen.language}"]
    command += [f"--address={options.address}", f"--port={options.port}", f"--base-path={options.base_path}"]
    command += [f"--host={name}" for name in options.host]
    if options.settings is not None:
        command.append(f"--settings={options.settings.absolute()}")
    command += [option for option, chosen in _switches(options) if chosen]
    started_with = environment()
    # From its own folder: in the one that it is started from there may be settings and modules that are not ours.
    if sys.platform != "win32":
        # In place of this process, so that whoever ends it ends the server.
        os.chdir(home)
        os.execve(sys.executable, command, started_with)
    return subprocess.run(command, cwd=home, env=started_with, check=False).returncode


def _switches(options: argparse.Namespace) -> list[tuple[str, bool]]:
    return [("--no-browser", options.no_browser), ("--no-token", options.no_token)]
