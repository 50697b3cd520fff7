"""Who watches the server is told whether it lives, can work, and what it did; and it ends in good order."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import pytest
from asgi import Answer, ask, echo
from running import ROOT

from bench.load import visiting
from files.faults import InputError
from hosting.health import Probes
from optimizer.solver import SolverError
from serving import health
from serving.allowance import Allowance, allowance
from serving.health import Health
from serving.processes import ProcessExpired, Work


class Pretended:
    """Stands for the processes: what came of the smallest program."""

    closed = False

    def __init__(self, outcome: object = None, place: int | None = None) -> None:
        self.asked = 0
        self._job = SimpleNamespace(key="health", place=place, done=outcome is not None)
        self._outcome = outcome
        self._job.result = self._result

    def _result(self, _seconds: float) -> object:
        if self._outcome is None:
            raise TimeoutError
        if isinstance(self._outcome, Exception):
            raise self._outcome
        return self._outcome

    def ask(self, *_: object, **__: object) -> object:
        self.asked += 1
        return self._job

    def forget(self, _key: str) -> None:
        self._job.done = False

    def counts(self) -> tuple[int, int]:
        return 3, 5


def watched(work: Pretended) -> Health:
    return Health(cast(Work, work))


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KIM_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.mark.parametrize(
    ("work", "word"),
    [
        (Pretended(True), "ok"),
        (Pretended(False), "failed"),
        (Pretended(SolverError("x")), "failed"),
        (Pretended(ProcessExpired("x")), "failed"),
        (Pretended(TimeoutError()), "failed"),
        (Pretended(place=2), "busy"),
        (Pretended(), "slow"),
    ],
)
def test_what_the_processes_can_do_is_told_in_a_word(work: Pretended, word: str) -> None:
    looked = watched(work)
    assert looked.ready() == {"data": "ok", "work": word}
    looked.ready()
    # What went well is not asked for again and again.
    assert work.asked == (1 if word == "ok" else 2)
    work.closed = True
    assert looked.ready()["work"] == "ending"


def test_a_folder_in_which_nothing_can_be_saved_is_told(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = watched(Pretended(True))
    assert looked.ready()["data"] == "ok"
    assert not data.exists()
    data.mkdir()
    assert looked.ready()["data"] == "ok"
    assert list(data.iterdir()) == []

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(health, "tempfile", SimpleNamespace(TemporaryFile=full))
    assert looked.ready()["data"] == "not writable"


def test_probes_are_answered_without_name_and_token() -> None:
    app = Probes(echo, "/kim", cast(Work, Pretended(True)), metrics=False)
    assert ask(app, "/kim/-/live", host="10.0.0.7").text == "ok\n"
    assert json.loads(ask(app, "/kim/-/ready").text) == {"data": "ok", "work": "ok"}
    assert ask(app, "/kim/-/metrics").status == 404
    for other in ("/-/live", "/kim/-/", "/kim/-/other", "live", "/kim/plan"):
        assert ask(app, other, host="behind").text.startswith("behind")
    bad = Probes(echo, "", cast(Work, Pretended(False)), metrics=True)
    answer = ask(bad, "/-/ready")
    assert (answer.status, answer.headers["cache-control"]) == (503, "no-store")
    counted: Answer = ask(bad, "/-/metrics")
    assert "kim_tasks_running 3\n" in counted.text
    assert "kim_tasks_waiting 5\n" in counted.text


def test_limits_are_read_from_the_environment_and_faults_are_told_together(monkeypatch: pytest.MonkeyPatch) -> None:
    read = allowance.__wrapped__
    assert read() == Allowance()
    given = {"JOB_SECONDS": "90", "JOB_MEMORY": "0", "JOBS_PER_PERSON": "3", "PROCESSES": "4", "METRICS": "1"}
    for name, value in given.items():
        monkeypatch.setenv(f"KIM_{name}", value)
    assert read() == Allowance(90.0, 0.0, 3, 4, metrics=True)
    monkeypatch.setenv("KIM_JOB_SECONDS", "soon")
    monkeypatch.setenv("KIM_STOP_SECONDS", "-1")
    with pytest.raises(InputError) as caught:
        read()
    assert caught.value.lines("en") == [
        "KIM_JOB_SECONDS: “soon” is not such a number: a number from 1 to 86,400",
        "KIM_STOP_SECONDS: “-1” is not such a number: a number from 0 to 3,600",
    ]


NAME = "planung.kreis.example"


def _get(port: int, path: str, cookie: str = "") -> tuple[int, str, str]:
    """Status, text, and the cookie that is set."""
    request = Request(f"http://127.0.0.1:{port}{path}", headers={"Host": NAME, "Cookie": cookie})
    try:
        with urlopen(request, timeout=30) as answer:
            set_ = (answer.headers.get("Set-Cookie") or "").partition(";")[0]
            return answer.status, answer.read().decode(), set_
    except HTTPError as error:
        return error.code, error.read().decode(), ""
    except (URLError, ConnectionError):
        return 0, "", ""


@contextmanager
def _proxy(ports: list[int], port: int, folder: Path) -> Iterator[None]:
    """The proxy as docs/betrieb.md has it, without TLS and on other ports, where it is installed."""
    program = shutil.which("caddy")
    if program is None:
        yield
        return
    (text,) = re.findall(r"```caddy\n(.*?)```", (ROOT / "docs" / "betrieb.md").read_text("utf-8"), re.DOTALL)
    for said, here in zip(
        ("8501", "8502", NAME, "interval 10s"), (*ports, f"http://:{port}", "interval 200ms"), strict=True
    ):
        assert said in text
        text = text.replace(said, str(here))
    (folder / "Caddyfile").write_text("{\n    admin off\n}\n" + text)
    command = [program, "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]
    environment = os.environ | {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    running = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        running.kill()
        running.wait()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _until(condition: Callable[[], Any]) -> Any:
    end = time.monotonic() + 120
    while not (found := condition()):
        assert time.monotonic() < end
        time.sleep(0.2)
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_two_servers_on_one_folder_are_ready_and_one_ends_in_good_order(tmp_path: Path) -> None:
    ports, proxy = [_free_port(), _free_port()], _free_port()
    servers = []
    for port in ports:
        command = [sys.executable, "-m", "hosting", "--no-browser", "--no-token", f"--host={NAME}", f"--port={port}"]
        environment = os.environ | {"KIM_METRICS": "1"}
        servers.append(subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True))
    try:
        with _proxy(ports, proxy, tmp_path):
            _stands_behind(ports, servers, proxy if shutil.which("caddy") else ports[1])
    finally:
        for server in servers:
            server.kill()
            server.communicate()


def _stands_behind(ports: list[int], servers: list[subprocess.Popen[str]], front: int) -> None:
    for port in ports:
        _until(lambda port=port: _get(port, "/-/ready")[0] == 200)
    assert _get(ports[0], "/-/live")[:2] == (200, "ok\n")
    assert "kim_sessions 0" in _get(ports[0], "/-/metrics")[1]
    _until(lambda: _get(front, "/")[0] == 200)
    assert "markdown" in asyncio.run(_drawn(ports[1], "method"))
    chosen = _get(front, "/")[2]
    if front not in ports:
        assert chosen.startswith("kim_server=")
        assert _get(front, "/-/live")[0] == 404
        # Everybody stays where they are.
        assert [_get(front, "/", chosen)[::2] for _ in range(6)] == [(200, "")] * 6
    first = servers[0]
    workers = [
        int(folder.name)
        for folder in Path("/proc").iterdir()
        if folder.name.isdecimal() and _parent(folder) == first.pid and "spawn_main" in _command(folder)
    ]
    assert workers
    first.send_signal(signal.SIGTERM)
    told = first.communicate(timeout=60)[1]
    assert (first.returncode, "Traceback" in told) == (0, False), told
    assert "[-] hosting.stopping: ending: 0 tasks" in told
    assert not any("spawn_main" in _command(Path("/proc", str(pid))) for pid in workers)
    # Whoever had been at the first is at the second.
    assert _get(ports[1], "/-/ready")[0] == 200
    assert [_get(front, "/", cookie)[0] for cookie in ("", chosen)] == [200, 200]


async def _drawn(port: int, page: str) -> set[str]:
    """What a page has, for who speaks to the server as bench/load.py does."""
    async with visiting(port, page) as visitor:
        await visitor.ask("")
        return visitor.kinds


def _parent(process: Path) -> int:
    try:
        return int((process / "stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, IndexError):
        return 0


def _command(process: Path) -> str:
    try:
        return (process / "cmdline").read_text()
    except OSError:
        return ""
