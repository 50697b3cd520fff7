"""What a bundle starts with: it installs once, without network, only what was put in, and then starts."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from running import run

from command.bundle import WHEELS, write_starters

HERE = f"3.{sys.version_info.minor}"
METADATA = "Metadata-Version: 2.1\nName: kim-planer\nVersion: 9.9\n"
WHEEL = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def _wheel(folder: Path) -> None:
    """A package of the planner's name whose command says how it was called."""
    parts = {
        "said.py": "import sys\ndef main():\n    print('kim', *sys.argv[1:])\n",
        "kim_planer-9.9.dist-info/METADATA": METADATA,
        "kim_planer-9.9.dist-info/WHEEL": WHEEL,
        "kim_planer-9.9.dist-info/entry_points.txt": "[console_scripts]\nkim = said:main\n",
    }
    record = "".join(f"{name},,\n" for name in (*parts, "kim_planer-9.9.dist-info/RECORD"))
    folder.mkdir()
    with zipfile.ZipFile(folder / "kim_planer-9.9-py3-none-any.whl", "w") as wheel:
        for name, text in (*parts.items(), ("kim_planer-9.9.dist-info/RECORD", record)):
            wheel.writestr(name, text)


@pytest.mark.skipif(sys.platform == "win32", reason="the script is one for Linux and macOS")
def test_it_installs_once_without_network_and_refuses_what_was_changed(tmp_path: Path) -> None:
    bundle = tmp_path / "mein Ordner"
    bundle.mkdir()
    _wheel(bundle / WHEELS)
    write_starters(bundle, "linux", "9.9", ["3.2", HERE])
    environment = {**os.environ, "KIM_PROGRAMM": str(tmp_path / "programm"), "PIP_INDEX_URL": "http://127.0.0.1:9/"}

    def start(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [str(bundle / "starten.sh"), *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    listed = (bundle / "anforderungen.txt").read_text("utf-8")
    (bundle / "anforderungen.txt").write_text(listed[:-4] + "000\n", encoding="utf-8")
    refused = start()
    assert refused.returncode == 2
    assert "Bitte den Ordner noch einmal kopieren" in refused.stderr
    (bundle / "anforderungen.txt").write_text(listed, encoding="utf-8")
    first = start("doctor", "--port", "1")
    assert (first.returncode, first.stdout.splitlines()[-1]) == (0, "kim doctor --port 1"), first.stderr
    assert "wird einmalig eingerichtet" in first.stdout
    assert start().stdout == "kim app\n"

    write_starters(bundle, "linux", "9.10", ["3.2"])
    missing = start()
    assert missing.returncode == 2
    assert "Es fehlt Python in einer dieser Versionen: 3.2." in missing.stderr


def test_starters_of_windows_are_its_own(tmp_path: Path) -> None:
    _wheel(tmp_path / WHEELS)
    write_starters(tmp_path, "windows", "9.9", ["3.12", "3.14", "3.9"])
    script = (tmp_path / "starten.cmd").read_bytes()
    assert script.count(b"\r\n") == script.count(b"\n")
    assert b"(3.14 3.12 3.9)" in script
    assert b"@" not in script.replace(b"@echo", b"")
    # cmd.exe reads what it shows in the code page of the machine.
    assert script.isascii()
    assert not (tmp_path / "starten.sh").exists()


def test_wrong_calls_are_told_before_anything_is_fetched(tmp_path: Path) -> None:
    (tmp_path / "there").write_text("x", encoding="utf-8")
    done = run("bundle", "linux", "--python", "2.7", "--out", tmp_path, "--lang", "en")
    assert done.status == 2
    assert "“2.7” is no version of Python: such as 3.12" in done.err
    assert "the folder is not empty" in done.err
