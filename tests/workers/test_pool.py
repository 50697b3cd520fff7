"""Processes end at their limit, when nobody wants their work, or with who began them, whatever they are doing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future
from multiprocessing import get_context
from pathlib import Path

import pytest

from command import main as cli
from workers.pool import Pool, Terms
from workers.worker import Overdue, ProcessExpired, packed

ROOT = Path(cli.__file__).parents[1]
ENDS = [pytest.param(one, id=one.name) for one in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)]


def nothing() -> None:
    """What a process begins with."""


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(1, get_context("spawn"), nothing) as made:
        yield made


def hang(place: str, wait: bool = False) -> None:
    """Hears nothing any more, and has started a program that never ends."""
    signal.pthread_sigmask(signal.SIG_BLOCK, set(signal.Signals) - {signal.SIGKILL})
    child = subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(1000)"])
    Path(tempfile.gettempdir(), "left").touch()
    told = Path(place).with_suffix(".new")
    told.write_text(f"{os.getpid()} {child.pid} {tempfile.gettempdir()}")
    told.rename(place)
    while not wait:
        time.sleep(1000)
    child.wait()


def spin(place: str) -> None:
    Path(place).touch()
    while True:
        pass


def wait_for(place: str) -> str:
    until(Path(place).exists)
    return place


def refuse() -> None:
    raise LookupError("not there")


def unpicklable() -> None:
    class LocalError(Exception):
        pass

    raise LocalError("here only")


def until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def gone(pid: int) -> bool:
    try:
        # Nobody may have waited for it yet.
        return ") Z " in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return True


def started(place: Path) -> tuple[int, int, Path]:
    until(place.exists)
    own, child, folder = place.read_text().split(maxsplit=2)
    return int(own), int(child), Path(folder)


linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@linux
def test_what_hangs_is_ended_at_its_limit_with_all_that_it_started(pool: Pool, tmp_path: Path) -> None:
    place = tmp_path / "hangs"
    hung = pool.schedule(packed(hang, (str(place),)), Terms(limit=2.0))
    waits = pool.submit(os.getpid)
    with pytest.raises(Overdue):
        hung.result(30)
    own, child, folder = started(place)
    assert gone(own)
    until(lambda: gone(child))
    # The place is free, and nothing is left behind.
    assert waits.result(30) not in (own, os.getpid())
    assert not folder.exists()


@linux
def test_what_nobody_wants_is_ended_whatever_it_does(pool: Pool, tmp_path: Path) -> None:
    place = tmp_path / "hangs"
    hung = pool.schedule(packed(hang, (str(place),)), Terms())
    own, child, _ = started(place)
    assert hung.cancel()
    with pytest.raises(CancelledError):
        hung.result(0)
    until(lambda: gone(own) and gone(child))
    spinning = pool.schedule(packed(spin, (str(tmp_path / "spins"),)), Terms())
    until((tmp_path / "spins").exists)
    spinning.cancel()
    assert pool.submit(abs, -1).result(30) == 1


@linux
def test_a_process_that_is_killed_is_told_and_takes_along_what_it_started(pool: Pool, tmp_path: Path) -> None:
    place = tmp_path / "hangs"
    hung = pool.schedule(packed(hang, (str(place), True)), Terms())
    own, child, _ = started(place)
    os.kill(own, signal.SIGKILL)
    with pytest.raises(ProcessExpired):
        hung.result(30)
    until(lambda: gone(child))
    # One that is killed while it has nothing to do is not noticed.
    os.kill(pool.submit(os.getpid).result(30), signal.SIGKILL)
    assert pool.submit(abs, -1).result(30) == 1


def test_what_a_task_raises_is_raised_with_its_place(pool: Pool) -> None:
    with pytest.raises(LookupError, match="not there") as caught:
        pool.submit(refuse).result(30)
    assert "in refuse" in caught.value.__notes__[0]
    with pytest.raises(RuntimeError, match="LocalError: here only"):
        pool.submit(unpicklable).result(30)


def test_what_was_begun_for_an_executor_is_not_cancelled(pool: Pool, tmp_path: Path) -> None:
    place = tmp_path / "there"
    begun, waiting = pool.submit(wait_for, str(place)), pool.submit(abs, -1)
    until(begun.running)
    assert not begun.cancel()
    assert waiting.cancel()
    place.touch()
    assert begun.result(30) == str(place)


@linux
@pytest.mark.parametrize("end", ENDS)
def test_with_a_command_end_its_processes_and_what_they_started(end: signal.Signals, tmp_path: Path) -> None:
    script = (
        "import sys; from command import main, workers\n"
        f"sys.path.insert(0, {str(Path(__file__).parent)!r}); from test_pool import hang\n"
        "main._begin_process()\n"
        "with workers.workers(2) as executor:\n"
        "    for place in sys.argv[1:]: executor.submit(hang, place)\n"
        "    executor.submit(print).result()"
    )
    places = [tmp_path / "one", tmp_path / "two"]
    command = subprocess.Popen([sys.executable, "-c", script, *map(str, places)], cwd=ROOT, stderr=subprocess.DEVNULL)
    found = [started(place) for place in places]
    command.send_signal(end)
    command.wait(30)
    until(lambda: all(gone(own) and gone(child) and not folder.exists() for own, child, folder in found))


def test_nothing_is_begun_once_all_is_ended(tmp_path: Path) -> None:
    pool = Pool(1, get_context("spawn"), nothing)
    running = pool.schedule(packed(wait_for, (str(tmp_path / "never"),)), Terms())
    waiting: Future[object] = pool.submit(abs, -1)
    pool.shutdown()
    assert waiting.cancelled()
    assert isinstance(running.exception(30), ProcessExpired)
    with pytest.raises(ProcessExpired):
        pool.submit(abs, -1)
