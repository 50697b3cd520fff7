"""Work in processes of its own: shared, stopped only where nobody wants it, begun anew where it failed."""

from __future__ import annotations

import math
import os
import re
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from optimizer.explore.workers import LOOK, shared_out
from serving import tally
from serving.parted import Lead, Parts, Room
from serving.processes import _MOST_LEADING, CancelledError, ProcessExpired, Work


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


class Restless:
    """Changes while it is packed, a few times."""

    def __init__(self, times: int) -> None:
        self.times = times

    def __getstate__(self) -> dict[str, int]:
        self.times -= 1
        if self.times >= 0:
            raise RuntimeError("dictionary changed size during iteration")
        return {"times": 9}


def times_of(one: Restless) -> int:
    return one.times


def test_what_changes_while_it_is_packed_is_packed_again_and_ends_no_other_work(work: Work) -> None:
    assert work.ask("restless", times_of, Restless(3)).result(30) == 9
    with pytest.raises(RuntimeError):
        work.ask("always restless", times_of, Restless(1000))
    assert work.ask("root after it", math.sqrt, 25.0).result(30) == 5


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


def test_who_waits_may_stop_what_nobody_else_waits_for(work: Work, tmp_path: Path) -> None:
    job = work.ask("mine", wait_for, str(tmp_path / "never"))
    with job.wanted() as me:
        with job.wanted():
            job.stop(me)
            with pytest.raises(TimeoutError):
                job.result(0.1)
        job.stop(me)
        with pytest.raises(CancelledError):
            job.result(30)


def test_work_ends_at_its_own_limit(work: Work, tmp_path: Path) -> None:
    job = work.ask("limited", wait_for, str(tmp_path / "never"), timeout=0.2)
    with pytest.raises(TimeoutError):
        job.result(30)
    assert job.done
    assert job.stands((TimeoutError,))
    assert not job.stands(())


def test_a_process_that_dies_is_told_and_replaced(work: Work) -> None:
    with pytest.raises(ProcessExpired):
        work.ask("dies", os._exit, 3).result(30)
    assert work.ask("lives", math.sqrt, 4.0).result(30) == 2


@pytest.mark.skipif(sys.platform != "linux", reason="the system does not limit the memory of a process")
def test_work_that_takes_too_much_memory_is_told_and_its_process_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIM_JOB_MEMORY", "400")
    started = Work(processes=1)
    try:
        before = started.ask("pid", os.getpid).result(30)
        with pytest.raises(MemoryError):
            started.ask("large", bytearray, 10**9).result(30)
        assert started.ask("pid after it", os.getpid).result(30) != before
    finally:
        started.close()
    with pytest.raises(ProcessExpired):
        started.ask("too late", abs, -1)


def test_jobs_are_counted_by_what_they_were_and_how_they_ended(work: Work, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", "serving"):
        work.ask("counted well", abs, -1).result(30)
        with pytest.raises(LookupError):
            work.ask("counted badly", fail, "/dev/null").result(30)
        job = work.ask("counted stopped", wait_for, "/never")
        job.stop()
        with pytest.raises(ProcessExpired):
            work.ask("counted dead", os._exit, 1).result(30)
        with pytest.raises(TimeoutError):
            work.ask("counted slow", wait_for, "/never", timeout=0.1).result(30)
    _until(lambda: "overdue" in caplog.text)
    text = tally.metrics(*work.counts(), 3)
    for end in ("done", "failed", "stopped", "killed", "overdue"):
        assert f'kim_jobs_ended_total{{kind="counted",end="{end}"}} 1\n' in text
    assert "kim_sessions 3" in text
    names = re.findall(r"^# TYPE (\w+) (?:gauge|counter)$", text, re.MULTILINE)
    assert all(line.startswith(("#", *names)) for line in text.splitlines())
    assert "counted: done after" in caplog.text
    assert "badly" not in caplog.text


def test_who_asks_much_waits_for_a_turn_and_is_told_the_place() -> None:
    room = Room(2, 1)
    gates = {name: threading.Event() for name in ("a 1", "a 2", "b 1", "c 1")}
    inside: list[str] = []

    def work_in(name: str) -> None:
        with room.entered(name, name[0]):
            inside.append(name)
            gates[name].wait(30)

    threads = []
    for name in gates:
        threads.append(threading.Thread(target=work_in, args=(name,)))
        threads[-1].start()
        _until(lambda name=name: name in inside or room.place(name) is not None)
    assert (sorted(inside), room.place("a 2"), room.place("c 1")) == (["a 1", "b 1"], 1, 2)
    gates["b 1"].set()
    _until(lambda: "c 1" in inside)
    assert room.place("a 2") == 1
    for gate in gates.values():
        gate.set()
    for thread in threads:
        thread.join(30)
    assert inside[-1] == "a 2"


# -- work in parts ----------------------------------------------------------------------------------------------------


def passed_on(task: tuple[str, int]) -> int:
    """Waits for a file, then gives a number."""
    wait_for(task[0])
    return task[1]


def noted(task: tuple[str, int]) -> int:
    """Counts in a file how often it was done, slowly."""
    time.sleep(0.05)
    with Path(task[0]).open("a") as stream:
        stream.write("x")
    return task[1]


def fails_at(task: tuple[int, int]) -> int:
    if task[0] == task[1]:
        raise LookupError(task[0])
    return task[0]


def die(number: int) -> int:
    os._exit(number)


def _led(function: Callable[[Any], Any], tasks: Sequence[object]) -> Lead:
    """Shares tasks out as those do who lead real work."""

    def lead(executor: Executor, progress: Callable[[int, int], None], cancel: Callable[[], bool]) -> list[Any]:
        return shared_out(function, tasks, executor, progress=progress, cancel=cancel)

    return lead


def _until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_parts_are_done_in_other_processes_and_told_in_order(work: Work) -> None:
    job = work.ask_in_parts("squares", _led(math.sqrt, [float(n * n) for n in range(50)]))
    assert job.in_parts
    assert job.result(30) == list(range(50))
    assert job.share == 1
    assert work.ask_in_parts("squares", _led(math.sqrt, [])) is job
    pids = work.ask_in_parts("pids", _led(pid_for, range(3))).result(30)
    assert os.getpid() not in pids


def pid_for(_number: int) -> int:
    return os.getpid()


def test_progress_of_parts_is_the_share_done(work: Work, tmp_path: Path) -> None:
    places = [tmp_path / str(n) for n in range(4)]
    job = work.ask_in_parts("progress", _led(passed_on, [(str(place), n) for n, place in enumerate(places)]))
    assert job.share == 0
    seen: list[float | None] = []
    for number, place in enumerate(places, start=1):
        place.touch()
        _until(lambda number=number: job.share == number / 4)
        seen.append(job.share)
    assert seen == [0.25, 0.5, 0.75, 1]
    assert job.result(30) == [0, 1, 2, 3]
    assert work.ask("whole", math.sqrt, 1.0).share is None


def test_stopped_parts_give_what_was_done_until_then(work: Work, tmp_path: Path) -> None:
    places = [tmp_path / str(n) for n in range(6)]
    for place in places[:2]:
        place.touch()
    job = work.ask_in_parts("half", _led(passed_on, [(str(place), n) for n, place in enumerate(places)]))
    _until(lambda: job.share == 2 / 6)
    assert job.stop()
    # Whoever leads looks from time to time whether to stop; the part that had begun is waited for.
    time.sleep(2 * LOOK)
    places[2].touch()
    assert job.result(30) == [0, 1, 2, None, None, None]
    assert job.stands(())
    assert work.ask_in_parts("half", _led(math.sqrt, [])) is job
    work.forget("half")
    assert work.ask_in_parts("half", _led(math.sqrt, [4.0])).result(30) == [2]


def test_many_parts_are_cancelled_at_once(work: Work, tmp_path: Path) -> None:
    count = tmp_path / "count"
    job = work.ask_in_parts("many", _led(noted, [(str(count), n) for n in range(5000)]))
    _until(lambda: (job.share or 0) > 0)
    before = time.monotonic()
    job.stop()
    found = job.result(30)
    assert time.monotonic() - before < 5
    assert len(found) == 5000
    assert 0 < sum(one is not None for one in found) < 100
    done = len(count.read_text())
    # The process is free, and no part of it is done behind one's back.
    assert work.ask("after many", math.sqrt, 9.0).result(30) == 3
    assert len(count.read_text()) == done


def test_failing_part_is_raised_and_the_others_do_not_hang(work: Work) -> None:
    job = work.ask_in_parts("fails in parts", _led(fails_at, [(n, 3) for n in range(8)]))
    with pytest.raises(LookupError, match="3"):
        job.result(30)
    assert not job.stands(())
    assert job.stands((LookupError,))
    again = work.ask_in_parts("fails in parts", _led(fails_at, [(n, 99) for n in range(8)]))
    assert again.result(30) == list(range(8))


def test_failing_lead_is_raised(work: Work) -> None:
    def lead(*_: object) -> None:
        raise KeyError("lead")

    with pytest.raises(KeyError, match="lead"):
        work.ask_in_parts("lead", lead).result(30)


def test_what_is_short_need_not_wait_for_all_parts(work: Work, tmp_path: Path) -> None:
    count = tmp_path / "count"
    job = work.ask_in_parts("long", _led(noted, [(str(count), n) for n in range(200)]))
    _until(lambda: (job.share or 0) > 0)
    assert work.ask("short", math.sqrt, 25.0).result(30) == 5
    assert not job.done
    assert (job.share or 0) < 0.5
    job.stop()
    job.result(30)


def test_other_work_in_parts_goes_on_beside_it(work: Work, tmp_path: Path) -> None:
    job = work.ask_in_parts("long beside", _led(noted, [(str(tmp_path / "count"), n) for n in range(200)]))
    _until(lambda: (job.share or 0) > 0)
    assert work.ask_in_parts("short beside", _led(math.sqrt, [1.0, 4.0])).result(30) == [1, 2]
    assert not job.done
    job.stop()
    job.result(30)


def test_parts_that_somebody_waits_for_are_not_stopped(work: Work, tmp_path: Path) -> None:
    place = tmp_path / "later"
    job = work.ask_in_parts("wanted parts", _led(passed_on, [(str(place), n) for n in range(4)]))
    with job.wanted():
        assert not job.stop()
        place.touch()
        assert job.result(30) == [0, 1, 2, 3]


def test_work_in_parts_that_waits_for_room_is_cancelled(tmp_path: Path) -> None:
    started = Work(processes=1)
    try:
        tasks = [(str(tmp_path / "gate"), n) for n in range(2)]
        leading = [started.ask_in_parts(f"leading {n}", _led(passed_on, tasks)) for n in range(_MOST_LEADING)]
        late = started.ask_in_parts("late", _led(passed_on, tasks))
        _until(lambda: all(job.share == 0 for job in leading))
        # What had not begun has nothing to tell.
        assert not late.stop()
        with pytest.raises(CancelledError):
            late.result(30)
        assert not late.stands(())
        (tmp_path / "gate").touch()
        assert [job.result(30) for job in leading] == [[0, 1]] * _MOST_LEADING
        assert started.ask_in_parts("late", _led(math.sqrt, [9.0])).result(30) == [3]
    finally:
        started.close()


def test_processes_that_die_end_the_work_in_parts(work: Work) -> None:
    job = work.ask_in_parts("parts die", _led(die, [3, 4, 5]))
    with pytest.raises(ProcessExpired):
        job.result(60)
    assert work.ask_in_parts("parts live", _led(math.sqrt, [4.0, 9.0])).result(30) == [2, 3]


def test_parts_that_cannot_be_handed_over_fail_one_by_one() -> None:
    handed: list[object] = []

    def schedule(_function: object, args: tuple[object, ...]) -> Future[object]:
        handed.append(args[0])
        if args[0] == 1:
            raise OSError("no process")
        done: Future[object] = Future()
        done.set_result(args[0])
        return done

    workers = Parts(schedule, 1)
    futures = [workers.submit(abs, number) for number in range(4)]
    assert [future.exception(5) is None for future in futures] == [True, False, True, True]
    assert handed == [0, 1, 2, 3]


def test_no_more_parts_are_handed_over_than_there_are_processes() -> None:
    running: list[Future[object]] = []

    def schedule(*_: object) -> Future[object]:
        running.append(Future())
        return running[-1]

    workers = Parts(schedule, 2)
    futures = [workers.submit(abs, number) for number in range(5)]
    assert len(running) == 2
    futures[2].cancel()
    running[0].set_result("first")
    assert len(running) == 3
    assert futures[0].result(5) == "first"
    running[1].cancel()
    running[1].set_running_or_notify_cancel()
    with pytest.raises(CancelledError):
        futures[1].result(5)
    running[2].set_result("fourth")
    running[3].set_result("fifth")
    assert futures[3].result(5) == "fourth"
    assert futures[4].result(5) == "fifth"
    assert len(running) == 4


def test_stopped_parts_begin_again_where_the_answer_must_be_whole(work: Work, tmp_path: Path) -> None:
    place = tmp_path / "gate"
    job = work.ask_in_parts("whole parts", _led(passed_on, [(str(place), n) for n in range(9)]), whole=True)
    assert work.ask_in_parts("whole parts", _led(passed_on, []), whole=True) is job
    _until(lambda: job.share == 0)
    job.stop()
    # It goes on still, since a part of it had begun.
    assert not job.done
    assert work.ask_in_parts("whole parts", _led(passed_on, [])) is job
    again = work.ask_in_parts("whole parts", _led(passed_on, [(str(place), n) for n in range(3)]), whole=True)
    assert again is not job
    place.touch()
    assert again.result(30) == [0, 1, 2]
    assert work.ask_in_parts("whole parts", _led(passed_on, []), whole=True) is again
