"""``kim bundle``: a folder from which a PC without internet and admin rights installs and starts the planner."""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import re
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from command.screen import Screen
from command.status import ExitStatus
from files.faults import Fault, InputError
from files.writing import make_folder
from translation import msg, number
from wording.about import plain, planner_version

_PROJECT = Path(__file__).parents[1]
_TEMPLATES = Path(__file__).parent / "starters"
WHEELS = "pakete"
REQUIREMENTS = "anforderungen.txt"
#: As pip names them; several, because a package is made for the oldest system that it runs on.
PLATFORMS: Mapping[str, Sequence[str]] = {
    "windows": ("win_amd64",),
    "linux": ("manylinux_2_28_x86_64", "manylinux_2_27_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64",
              "manylinux_2_12_x86_64", "manylinux1_x86_64"),
    "macos": ("macosx_14_0_arm64", "macosx_12_0_arm64", "macosx_11_0_arm64", "macosx_10_9_universal2"),
}  # fmt: skip
_STARTERS = {"windows": ("starten.cmd",), "linux": ("starten.sh",), "macos": ("starten.sh",)}
_VERSION = re.compile(r"3\.\d{1,2}")


def run(options: argparse.Namespace, screen: Screen) -> ExitStatus:
    """Makes the folder. Raises ``InputError`` where it cannot be made."""
    versions = options.python or [f"3.{sys.version_info.minor}"]
    faults = [
        Fault("--python", msg("“{version}” is no version of Python", version=version), msg("such as 3.12"))
        for version in versions
        if not _VERSION.fullmatch(version)
    ]
    if not (_PROJECT / "constraints.txt").is_file():
        wrong = msg("a bundle is made in the folder of the project, which has constraints.txt")
        faults.append(Fault("kim bundle", wrong, msg("a checkout installed with pip install -e .")))
    if importlib.util.find_spec("pip") is None:
        wrong = msg("this environment has no pip")
        faults.append(Fault("kim bundle", wrong, msg("an environment made with python -m venv")))
    if options.out.exists() and any(options.out.iterdir()):
        wrong = msg("the folder is not empty")
        faults.append(Fault(str(options.out), wrong, msg("a new folder, or an empty one")))
    if faults:
        raise InputError(faults)
    make_folder(options.out / WHEELS)
    _fetch(options.out / WHEELS, options.system, versions)
    write_starters(options.out, options.system, planner_version(), versions)
    size = sum(file.stat().st_size for file in options.out.rglob("*") if file.is_file())
    screen.done(msg("{path}: {size} MB for {system}", path=options.out, size=number(size / 1e6), system=options.system))
    return ExitStatus.DONE


def _fetch(wheels: Path, system: str, versions: Iterable[str]) -> None:
    """Puts the planner's own wheel and all that it needs into ``wheels``: exactly the versions that are pinned."""
    with tempfile.TemporaryDirectory(prefix="kim-bundle-") as folder:
        # A copy, because building leaves its traces where it builds.
        copy = Path(folder) / "project"
        unneeded = shutil.ignore_patterns(".*", "build", "*.egg-info", "__pycache__", "tests", "bench")
        shutil.copytree(_PROJECT, copy, ignore=unneeded)
        shutil.copytree(_PROJECT / ".streamlit", copy / ".streamlit")
        _pip("wheel", "--no-deps", "-w", str(wheels), str(copy))
    own = next(wheels.glob("kim_planer-*.whl"))
    platforms = [f"--platform={platform}" for platform in PLATFORMS[system]]
    for version in versions:
        _pip(
            "download", "--only-binary=:all:", "--implementation=cp", f"--python-version={version}", *platforms,
            "-c", str(_PROJECT / "constraints.txt"), "-d", str(wheels), str(own),
        )  # fmt: skip


def _pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        last = ([line for line in done.stderr.splitlines() if line.startswith("ERROR")] or [""])[-1]
        wrong = msg("a package could not be fetched ({reason})", reason=last.removeprefix("ERROR: "))
        raise InputError([Fault("kim bundle", wrong, msg("a connection to the package index, and a version of Python "
                                                         "for which all packages are made"))])  # fmt: skip


def write_starters(folder: Path, system: str, version: str, pythons: Sequence[str]) -> None:
    """Writes beside the wheels what installs from them and starts, and their digests, which pip checks.

    ``pythons``: the versions of Python for which there are wheels, such as 3.12.
    """
    (folder / REQUIREMENTS).write_text(_requirements(folder / WHEELS), encoding="utf-8", newline="\n")
    filled = {"@VERSION@": version, "@PYTHONS@": " ".join(sorted(pythons, key=_number, reverse=True))}
    for name in (*_STARTERS[system], "LIESMICH.txt"):
        text = (_TEMPLATES / name).read_text("utf-8")
        for place, value in filled.items():
            text = text.replace(place, value)
        # Windows reads its scripts line by line, and Notepad shows this text.
        unix = system != "windows"
        (folder / name).write_text(text, encoding="utf-8", newline="\n" if unix else "\r\n")
        if name.endswith(".sh"):
            (folder / name).chmod(0o755)


def _number(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def _requirements(wheels: Path) -> str:
    """Every package at its version with the digests of its wheels: pip installs nothing else."""
    digests: dict[str, list[str]] = defaultdict(list)
    for wheel in sorted(wheels.glob("*.whl")):
        name, version = wheel.name.split("-")[:2]
        digests[f"{plain(name)}=={version}"].append(hashlib.sha256(wheel.read_bytes()).hexdigest())
    lines = (f"{package} {' '.join(f'--hash=sha256:{one}' for one in found)}" for package, found in digests.items())
    return "".join(f"{line}\n" for line in lines)
