"""Plans found once for all processes of a test run: pytest's workers, those of the application, and its server.

A shipped scenario takes seconds, and many tests about other things begin with one. Kept is what the optimizer finds in
its own time, or has proven: with more time it would be the same.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import wraps
from pathlib import Path
from typing import IO, Any

#: The folder in which they are kept, for processes that this one starts, too.
VARIABLE = "KIM_KEPT_PLANS"
#: With less than these seconds a test wants to see how time runs out.
_ENOUGH = 30.0
_known: dict[str, Any] = {}
_suspended = False


def keep() -> None:
    """From now on this process, and the processes of the application that it starts, keep plans and look there first.

    Not under Windows, which has no locks of this kind: there each finds its own.
    """
    from optimizer import solve as solving
    from serving import processes

    if sys.platform == "win32" or hasattr(solving.solve_jointly, "__wrapped__"):
        return
    solving.solve_jointly = _kept(solving.solve_jointly)
    solving._one_after_the_other = _kept(solving._one_after_the_other)
    processes._begin = _begin


def _begin() -> None:
    """What a process of the application begins with."""
    from serving import processes

    processes._begin()
    keep()


@contextmanager
def suspended() -> Iterator[None]:
    """Within, all is computed anew: for tests about the optimizer itself."""
    global _suspended
    before, _suspended = _suspended, True
    try:
        yield
    finally:
        _suspended = before


def _kept(find: Callable[..., Any]) -> Callable[..., Any]:
    """The same, once for equal arguments. Of what ``find`` is given, progress is nothing that an answer depends on."""

    @wraps(find)
    def once(*arguments: Any) -> Any:
        from optimizer.solver import Deadline

        deadline = next(one for one in arguments if isinstance(one, Deadline))
        left = deadline.remaining
        if _suspended or VARIABLE not in os.environ or (left is not None and left < _ENOUGH):
            return find(*arguments)
        asked = [one for one in arguments if not isinstance(one, Deadline) and not callable(one)]
        key = hashlib.sha256(f"{find.__name__} {_written(asked)}".encode()).hexdigest()
        if key not in _known:
            with _alone(Path(os.environ[VARIABLE]) / key) as file:
                kept = file.read()
                found = pickle.loads(kept) if kept else find(*arguments)
                if not kept and (left is None or _proven(found)):
                    file.write(pickle.dumps(found))
            if left is not None and not _proven(found):
                return found
            _known[key] = found
        return _known[key]

    return once


def _proven(found: Any) -> bool:
    """Whether more time changes nothing."""
    stages = found.stages if hasattr(found, "stages") else () if found.plan is None else found.plan.stages
    return all(stage.proven for stage in stages)


@contextmanager
def _alone(path: Path) -> Iterator[IO[bytes]]:
    """A file that no other process reads or writes meanwhile: who comes later waits for what is being found."""
    import fcntl

    with path.open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        yield file


def _written(value: Any) -> str:
    """What tells a value from others in every process: a set has no order that would be the same everywhere."""
    if is_dataclass(value) and not isinstance(value, type):
        return f"{type(value).__name__}({','.join(_written(getattr(value, one.name)) for one in fields(value))})"
    if isinstance(value, Mapping):
        return f"{{{','.join(f'{_written(name)}:{_written(one)}' for name, one in value.items())}}}"
    if isinstance(value, (set, frozenset)):
        return f"{{{','.join(sorted(map(_written, value)))}}}"
    if isinstance(value, (tuple, list)):
        return f"[{','.join(map(_written, value))}]"
    return str(value) if isinstance(value, Enum) else repr(value)
