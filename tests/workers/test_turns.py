"""Who is next: short work does not wait behind long, nobody behind all of another's, and what waits knows its place."""

from __future__ import annotations

import pickle
import threading
from collections.abc import Callable, Iterator
from multiprocessing import get_context
from typing import Any

import pytest

from workers import pool as pools
from workers.pool import Outcome, Pool, Terms
from workers.worker import ProcessExpired


class Desk:
    """Stands for all processes: a task that it was given is done when it is said so."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.ended: set[str] = set()
        self.changed = threading.Condition()

    def end(self, *names: str) -> None:
        with self.changed:
            self.ended.update(names)
            self.changed.notify_all()

    def await_begun(self, *names: str) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: set(names) <= set(self.begun), 30), self.begun


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    desk = Desk()

    class Worker:
        alive = True

        def __init__(self, *_: object) -> None:
            pass

        def do(self, task: bytes, _limit: float | None) -> str:
            name: str = pickle.loads(task)
            with desk.changed:
                desk.begun.append(name)
                desk.changed.notify_all()
                desk.changed.wait_for(lambda: name in desk.ended)
            return name

        def kill(self) -> None:
            desk.end(*desk.begun)

        def end(self) -> None:
            pass

    monkeypatch.setattr(pools, "Worker", Worker)
    return desk


@pytest.fixture
def pool(desk: Desk) -> Iterator[Pool]:  # noqa: ARG001 - in place of processes
    with Pool(2, get_context("spawn"), lambda: None, spare=1, most_jobs=2) as made:
        yield made


def asker(pool: Pool) -> Callable[..., Any]:
    def ask(name: str, owner: str = "", job: str = "", *, long: bool = True) -> Any:
        return pool.schedule(pickle.dumps(name), Terms(long=long, owner=owner, job=job))

    return ask


def test_short_work_does_not_wait_for_long(pool: Pool, desk: Desk) -> None:
    ask = asker(pool)
    long = [ask(f"long {number}") for number in range(4)]
    desk.await_begun("long 0", "long 1")
    assert pool.counts() == (2, 2)
    assert [pool.place(one) for one in long] == [None, None, 1, 2]
    short = [ask(f"short {number}", long=False) for number in range(2)]
    desk.await_begun("short 0")
    # It has its own line; and what somebody waits for now is put into that.
    assert pool.place(short[1]) == 1
    pool.hurry(long[3])
    assert [pool.place(one) for one in (short[1], long[3], long[2])] == [1, 2, 1]
    desk.end("long 0")
    desk.await_begun("short 1")
    desk.end("short 0", "short 1")
    desk.await_begun("long 2", "long 3")
    desk.end("long 1", "long 2", "long 3")
    assert [one.result(30) for one in [*long, *short]] == [*(f"long {n}" for n in range(4)), "short 0", "short 1"]


def test_nobody_waits_behind_all_that_another_wants(pool: Pool, desk: Desk) -> None:
    ask = asker(pool)
    ask("a 1", "a"), ask("a 2", "a"), ask("a 3", "a"), ask("b 1", "b")
    desk.await_begun("a 1", "a 2")
    desk.end("a 1")
    desk.await_begun("b 1")
    assert "a 3" not in desk.begun
    desk.end("a 2")
    desk.await_begun("a 3")
    desk.end("a 3", "b 1")


def test_each_has_so_many_jobs_done_at_once(desk: Desk) -> None:
    with Pool(8, get_context("spawn"), lambda: None, most_jobs=2) as pool:
        ask = asker(pool)
        parts = [ask(f"part {number}", "a", "in parts") for number in range(3)]
        one, two, other = ask("one", "a"), ask("two", "a"), ask("other", "b")
        ask("part 3", "a", "in parts")
        # Parts of one job are one job, however many there are.
        desk.await_begun("part 0", "part 1", "part 2", "part 3", "one", "other")
        assert "two" not in desk.begun
        assert isinstance(two, Outcome)
        assert (pool.place(two), two.begun) == (1, None)
        assert two.cancel()
        assert pool.counts() == (6, 0)
        desk.end(*desk.begun)
        assert [future.result(30) for future in (*parts, one, other)][-2:] == ["one", "other"]


def test_told_to_end_what_is_being_done_may_come_to_its_end(pool: Pool, desk: Desk) -> None:
    ask = asker(pool)
    running, waiting = [ask("one"), ask("two")], ask("three")
    desk.await_begun("one", "two")
    ending = threading.Thread(target=pool.shutdown, kwargs={"seconds": 30.0})
    ending.start()
    while not pool.closed:
        threading.Event().wait(0.01)
    desk.end("one", "two")
    ending.join(30)
    assert [one.result(0) for one in running] == ["one", "two"]
    assert waiting.cancelled()
    with pytest.raises(ProcessExpired):
        ask("four")
