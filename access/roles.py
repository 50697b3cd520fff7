"""What a person may do. It is asked where something is done, whatever a page shows or hides."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import IntEnum

from access import audit
from files.faults import Fault, InputError
from translation import Message, msg


class Right(IntEnum):
    """What a person may do; each right holds those before it."""

    READ = 1
    """See scenarios, plans and answers, and have papers made."""
    PLAN = 2
    """Work on scenarios and save them; take them out of the trash."""
    ADMINISTER = 3
    """Save data sets; move scenarios to the trash, and remove them for good."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is logged in: ``id`` for the record, ``name`` for people; without ``right`` they may do nothing."""

    id: str
    name: str
    right: Right | None


SERVER = Person("server", "", Right.ADMINISTER)
"""The server itself, which works on without being asked."""


class RefusedError(InputError):
    """Somebody may not do what they asked for."""


_WHO: list[Callable[[], Person | None]] = []


def identify_by(who: Callable[[], Person | None]) -> None:
    """From now on there is a login: ``who`` says who asks at this moment, ``None`` where nobody is logged in."""
    _WHO[:] = [who]


def login_is_on() -> bool:
    """Whether people have to say who they are."""
    return bool(_WHO)


def person() -> Person | None:
    """Who asks at this moment; ``None`` without a login, and where nobody is logged in."""
    return _WHO[0]() if _WHO else None


def allowed(right: Right) -> bool:
    """Whether whoever asks has the right."""
    if not login_is_on():
        return True
    found = person()
    return found is not None and found.right is not None and found.right >= right


def signed(typed: str) -> str:
    """Who stands beside what is saved: the person logged in, else what was ``typed``."""
    found = person()
    return typed if found is None or found is SERVER else found.name


def require(right: Right, action: str, about: str = "") -> None:
    """Raises :class:`RefusedError` where whoever asks does not have the right, and notes it in the record."""
    if allowed(right):
        return
    audit.note(_id(), action, about, refused=True)
    raise RefusedError([Fault(about, refusal(right), msg("ask who runs KIM-Planer for the right"))])


def refusal(right: Right) -> Message:
    """That the right is missing, in a sentence."""
    found = person()
    if found is None:
        return msg("nobody is logged in, or the session has ended")
    match right:
        case Right.READ:
            return msg("this account has no right in KIM-Planer")
        case Right.PLAN:
            return msg("this account may read, not plan")
        case Right.ADMINISTER:
            return msg("this account may not administer data sets or remove scenarios")


class Doing:
    """Something that is being done; ``about`` is what it is done to, which may be known at the end only."""

    def __init__(self, about: str) -> None:
        self.about = about


@contextmanager
def doing(right: Right, action: str, about: str = "") -> Iterator[Doing]:
    """Asks for the right, and notes in the record what was done when it was.

    ``action`` is a word such as ``scenario.save``. Raises :class:`RefusedError`.
    """
    require(right, action, about)
    done = Doing(about)
    yield done
    audit.note(_id(), action, done.about)


def _id() -> str:
    found = person()
    return "" if found is None else found.id
