from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from counties import write_county

from files.faults import InputError
from geodata.county import County
from serving import answers


class _Apart:
    """Stands for the processes: what a task gives, or that it took too long."""

    def __init__(self, *, late: bool = False) -> None:
        self.late = late

    def ask(self, _key: str, function: Any, *args: Any, timeout: float) -> _Apart:
        assert timeout > 0
        self.task = function, args
        return self

    @contextmanager
    def wanted(self) -> Iterator[None]:
        yield

    def result(self) -> Any:
        if self.late:
            raise TimeoutError
        function, args = self.task
        return function(*args)


def test_a_large_county_is_read_in_a_process_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "_LARGE_COUNTY", 1)
    monkeypatch.setattr(answers, "work", lambda: _Apart(late=True))
    folder = write_county(tmp_path)
    with pytest.raises(InputError, match="county: it takes too long to read the county"):
        answers.county(folder)
    monkeypatch.setattr(answers, "work", _Apart)
    assert isinstance(answers.county(folder), County)
    (folder / "boundaries.geojson").unlink()
    with pytest.raises(InputError, match="does not exist"):
        answers.county(folder)
