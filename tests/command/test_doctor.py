"""``kim doctor``: a machine that has all, and one that lacks something, each told with what to do."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from running import run

from command import doctor
from command.doctor import Finding, Verdict
from optimizer.solver import SolverError
from scenarios.library import Library
from translation import translate


def texts(found: Iterator[Finding], verdict: Verdict) -> list[str]:
    return [translate(one.text, "en") for one in found if one.verdict is verdict]


def test_a_machine_that_has_all(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KIM_DATA", str(tmp_path / "data"))
    done = run("doctor", "--lang", "en")
    assert done.status == 0
    assert "Solver cbc: model 1 solved and proven in" in done.out
    assert "Papers: a page can be set in Source Sans Pro" in done.out
    assert "KIM-Planer can work here." in done.out
    # Nothing is left behind by having asked.
    assert not (tmp_path / "data").exists()
    assert not list(tmp_path.iterdir())


def _fails(*_: object, **__: object) -> None:
    raise SolverError("stopped")


def _no_room(*_: object, **__: object) -> None:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize(
    ("name", "instead", "check", "told"),
    [
        ("solve", _fails, doctor._solvers, "No solver runs here"),
        ("tempfile.TemporaryFile", _no_room, doctor._temporary_folder, "There is no folder for temporary files"),
        (
            "tempfile.NamedTemporaryFile",
            _no_room,
            lambda: doctor._data_directory(Path("x")),
            "not to be written to",
        ),
        ("FAMILY", "No Such Type", doctor._fonts, "the type No Such Type is missing"),
        ("_STATIC", Path("/nowhere"), doctor._map, "static/leaflet/leaflet.js is missing"),
        ("PACKAGE", "pandas", doctor._packages, ""),
    ],
)
def test_what_is_missing_is_told(
    monkeypatch: pytest.MonkeyPatch, name: str, instead: object, check: Callable[[], Iterator[Finding]], told: str
) -> None:
    monkeypatch.setattr(f"command.doctor.{name}", instead)
    wrong = texts(check(), Verdict.WRONG)
    assert told in wrong[0] if told else wrong == []


def test_faulty_files_and_a_taken_port_are_noted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "broken.yaml").write_text("name: [", encoding="utf-8")
    (tmp_path / "counties" / "05999-leer").mkdir(parents=True)
    assert texts(doctor._saved(Library(tmp_path)), Verdict.NOTE) == [
        "Saved files with faults: broken.yaml, 05999-leer. kim check names each fault."
    ]
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert texts(doctor._port("127.0.0.1", port), Verdict.NOTE) == [
            f"Port {port} is taken or not allowed: kim app --port takes another."
        ]
    monkeypatch.setenv("HTTP_PROXY", "http://proxy")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    assert "HTTP_PROXY" in texts(doctor._proxy(), Verdict.NOTE)[0]
