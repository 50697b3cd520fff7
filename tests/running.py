"""Running the command ``kim`` in tests, on a small county of its own."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from counties import county_texts, write_county

from command import main as cli

ROOT = Path(cli.__file__).parents[1]
#: With these a pipe passes for a screen.
COLOURS = ("FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE")
REMOVED = (*COLOURS, "PYTHONUNBUFFERED")
# Municipalities in a row: Adorf (05999004), Bestadt, Cehausen, Dekirchen.
SMALL = """\
name: Probe
county: county
key: {population: 1}
layers:
  - posts: {total: 4}
    districts: {minimum: 2, maximum: 3}
    employers:
      - {id: ki}
      - {id: awo, maximum: 2}
"""


@dataclass(frozen=True)
class Run:
    """What a run of the command leaves: status and both outputs, the standard one also as bytes."""

    status: int
    out: str
    err: str
    written: bytes

    @property
    def text(self) -> str:
        """The standard output without its line breaks, which depend on the width of the screen."""
        return " ".join(self.out.split())


def run(*arguments: object, encoding: str = "utf-8") -> Run:
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding=encoding) for _ in range(2))
    # The command tells argparse the language through the environment.
    with redirect_stdout(out), redirect_stderr(err), pytest.MonkeyPatch.context() as patch:
        patch.setenv("LANGUAGE", "")
        for name in COLOURS:
            patch.delenv(name, raising=False)
        try:
            status = cli.main([str(argument) for argument in arguments])
        except SystemExit as end:
            status = int(end.code or 0)
    texts = []
    for stream in (out, err):
        stream.flush()
        assert isinstance(stream.buffer, io.BytesIO)
        texts.append(stream.buffer.getvalue())
    return Run(status, texts[0].decode(out.encoding), texts[1].decode(err.encoding), texts[0])


def started(*arguments: object, **more: Any) -> subprocess.CompletedProcess[bytes]:
    """The same in a process of its own, as from a shell in the folder of the program."""
    command = [sys.executable, "-m", "command.main", *map(str, arguments)]
    # With buffered output, as people have it.
    environment = {name: value for name, value in os.environ.items() if name not in REMOVED}
    options: dict[str, Any] = {"capture_output": True} | more
    ended: subprocess.CompletedProcess[bytes] = subprocess.run(
        command, cwd=ROOT, env=environment, check=False, **options
    )
    return ended


def scenario_writer(folder: Path) -> Callable[..., Path]:
    """Writes scenario files about the county of four municipalities into ``folder``, whatever text they are to hold."""
    write_county(folder, county_texts(columns=4))

    def write(text: str, name: str = "probe.yaml") -> Path:
        (folder / name).write_text(text, encoding="utf-8")
        return folder / name

    return write


def plan_csv(folder: Path, text: str) -> Path:
    path = folder / "plan.csv"
    path.write_text(text, encoding="utf-8")
    return path
