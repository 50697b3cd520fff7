"""Work in processes of its own: shared, stopped only where nobody wants it, begun anew where it failed."""

from __future__ import annotations

import math
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from views.work import CancelledError, Work


@pytest.fixture(scope="module")
def work() -> Iterator[Work]:
    """One process for all of these tests: to start one takes longer than any of them."""
    started = Work(processes=1)
    yield started
    started.close()


def once(place: str) -> int:
    """Counts how often it was done."""
    with Path(place).open("a") as stream:
        stream.write("x")
    return len(Path(place).read_text())


def wait_for(place: str) -> str:
    """Ends when the file is there."""
    while not Path(place).exists():
        os.sched_yield()
    return "there"


def fail(place: str) -> None:
    raise LookupError(once(place))


def test_work_is_done_in_another_process(work: Work) -> None:
    assert work.ask("process", os.getpid).result(30) != os.getpid()
    assert work.ask("root", math.sqrt, 9.0).result(30) == 3


def test_script_of_the_server_is_not_run_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    script = ModuleType("__main__")
    script.__file__ = str(tmp_path / "gone.py")
    monkeypatch.setitem(sys.modules, "__main__", script)
    started = Work(processes=1)
    try:
        assert started.ask("root", math.sqrt, 9.0).result(30) == 3
        assert sys.modules["__main__"] is script
    finally:
        started.close()


def test_processes_that_could_not_be_started_are_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started = Work(processes=1)
    try:
        with monkeypatch.context() as broken:
            broken.setattr(started, "_pool", SimpleNamespace(active=False))
            assert started.ask("root", math.sqrt, 16.0).result(30) == 4
            started._pool.stop()
            started._pool.join()
    finally:
        started.close()


def test_who_asks_the_same_shares_the_answer(work: Work, tmp_path: Path) -> None:
    place = str(tmp_path / "count")
    jobs = [work.ask(f"once {place}", once, place) for _ in range(3)]
    assert [job.result(30) for job in jobs] == [1, 1, 1]
    assert jobs[0] is jobs[2]
    assert jobs[0].done


def test_asking_at_once_does_the_work_once(work: Work, tmp_path: Path) -> None:
    place = str(tmp_path / "count")
    found: list[int] = []
    threads = [
        threading.Thread(target=lambda: found.append(work.ask(f"at once {place}", once, place).result(30)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [1] * 8


def test_work_that_failed_begins_again_unless_the_failure_is_an_outcome(work: Work, tmp_path: Path) -> None:
    place = str(tmp_path / "count")
    for attempt in (1, 2):
        with pytest.raises(LookupError, match=str(attempt)):
            work.ask("fails", fail, place).result(30)
    with pytest.raises(LookupError, match="2"):
        work.ask("fails", fail, place, outcomes=(LookupError,)).result(30)


def test_forgotten_work_is_done_anew(work: Work, tmp_path: Path) -> None:
    place = str(tmp_path / "count")
    assert work.ask("forgotten", once, place).result(30) == 1
    work.forget("forgotten")
    work.forget("never asked for")
    assert work.ask("forgotten", once, place).result(30) == 2


def test_long_work_is_waited_for_and_stopped(work: Work, tmp_path: Path) -> None:
    place = str(tmp_path / "never")
    job = work.ask("stopped", wait_for, place)
    with pytest.raises(TimeoutError):
        job.result(0.01)
    assert not job.done
    work.forget("stopped")
    assert work.ask("stopped", wait_for, place) is job
    job.stop()
    with pytest.raises(CancelledError):
        job.result(30)
    # The process is free again, and whoever asks anew gets a new answer.
    Path(place).touch()
    assert work.ask("stopped", wait_for, place).result(30) == "there"


def test_work_that_somebody_wants_is_not_stopped(work: Work, tmp_path: Path) -> None:
    place = tmp_path / "later"
    job = work.ask("wanted", wait_for, str(place))
    with job.wanted():
        job.stop()
        place.touch()
        assert job.result(30) == "there"


def test_work_ends_at_its_own_limit(work: Work, tmp_path: Path) -> None:
    job = work.ask("limited", wait_for, str(tmp_path / "never"), timeout=0.2)
    with pytest.raises(TimeoutError):
        job.result(30)
    assert job.done
    assert job.stands((TimeoutError,))
    assert not job.stands(())


def test_a_process_that_dies_is_told_and_replaced(work: Work) -> None:
    with pytest.raises(Exception, match="Abnormal termination"):
        work.ask("dies", os._exit, 3).result(30)
    assert work.ask("lives", math.sqrt, 4.0).result(30) == 2
