"""Answers kept on disk: read again by the same program, and by nothing that could do harm."""

from __future__ import annotations

import os
import pickle
import time
from fractions import Fraction
from pathlib import Path

import pytest

from optimizer.plan import Identity
from serving import kept
from serving.kept import Kept
from serving.processes import Work

pytestmark = pytest.mark.usefixtures("own_data")
ALL = Kept(lambda _: True)
ANSWER = (Identity(1, "Nord"), Fraction(1, 3), frozenset({"05558004"}), {"a": 1.5})


class Harm:
    """Unpickled, it would call a function."""

    def __init__(self, function: object, *arguments: object) -> None:
        self.reduced = function, arguments

    def __reduce__(self) -> object:  # type: ignore[override]
        return self.reduced


def _only_file(own_data: Path) -> Path:
    (file,) = (path for path in own_data.rglob("*") if path.is_file())
    return file


def _until_written(key: str) -> None:
    """An answer is written after whoever waits for it has it."""
    while ALL.read(key) is None:
        time.sleep(0.01)


def test_what_was_kept_is_read_again(own_data: Path) -> None:
    assert ALL.read("plan") is None
    ALL.write("plan", ANSWER)
    assert ALL.read("plan") == ANSWER
    assert ALL.read("another plan") is None
    _only_file(own_data).write_bytes(b"no answer")
    assert ALL.read("plan") is None


@pytest.mark.parametrize("harm", [Harm(os.system, "false"), Harm(eval, "1 + 1"), Harm(os.getcwd)])
def test_only_answers_are_read(harm: Harm, own_data: Path) -> None:
    ALL.write("plan", ANSWER)
    _only_file(own_data).write_bytes(pickle.dumps(harm))
    assert ALL.read("plan") is None


def test_names_with_a_dot_reach_no_other_module(own_data: Path) -> None:
    ALL.write("plan", ANSWER)
    # optimizer.solve has the module math.
    _only_file(own_data).write_bytes(b"\x80\x04\x8c\x0foptimizer.solve\x8c\x09math.sqrt\x93K\x04\x85R.")
    assert ALL.read("plan") is None


def test_another_program_begins_anew(own_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ALL.write("plan", ANSWER)
    monkeypatch.setattr(kept, "_program", lambda: "another")
    assert ALL.read("plan") is None
    ALL.write("plan", ANSWER)
    assert _only_file(own_data).parent.name == "another"


def test_the_oldest_make_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST", 10)
    for number in range(11):
        ALL.write(f"plan {number}", ANSWER)
    assert ALL.read("plan 0") is None
    assert ALL.read("plan 10") == ANSWER


def test_a_folder_that_cannot_be_written_to_is_none(own_data: Path) -> None:
    own_data.write_text("a file")
    ALL.write("plan", ANSWER)
    assert ALL.read("plan") is None


def test_work_that_is_final_is_done_once_for_all_servers() -> None:
    first, second = Work(1), Work(1)
    try:
        assert first.ask("sum", sum, (1, 2), shelf=Kept(lambda found: found == 3)).result(60) == 3
        _until_written("sum")
        # Another function under the same key shows who answered.
        assert second.ask("sum", len, (1, 2), shelf=ALL).result(60) == 3
        assert first.ask("size", len, (1, 2), shelf=Kept(lambda found: found > 2)).result(60) == 2
        assert second.ask("size", sum, (1, 2), shelf=ALL).result(60) == 3
    finally:
        first.close()
        second.close()


def test_what_is_known_is_told_without_any_work() -> None:
    work = Work(1)
    try:
        assert work.known("plan", ALL) is None
        ALL.write("plan", ANSWER)
        job = work.known("plan", ALL)
        assert job is not None
        assert job.result(0) == ANSWER
        assert work.known("plan", ALL) is job
    finally:
        work.close()
