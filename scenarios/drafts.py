"""Work that is not saved yet: kept with every step, so that a reload loses nothing and each step can be undone."""

from __future__ import annotations

import json
import re
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from access.roles import Right, require
from files.reading import read_content
from files.writing import make_folder, write_atomically

MOST_STATES = 200
"""Steps that can be undone; earlier ones are forgotten."""
KEPT_DAYS = 60
"""Drafts that nobody touched for so long are cleared away."""
ALWAYS_KEPT = 200
"""The drafts that were touched last stay all the same: a clock that is set wrong makes all of them old."""
_ID = re.compile(r"[a-z0-9]{20}")
_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"
_MOST_BYTES = 20_000_000
#: Drafts of which kind need another right than to plan.
_RIGHTS = {"data": Right.ADMINISTER}


@dataclass(frozen=True, slots=True)
class Draft:
    """Unsaved work: ``base`` is the id of what it began with, ``digest`` that of the file at the time.

    ``kind`` says which page it belongs to. ``states`` are plain JSON values, oldest first; ``position`` is the one
    that holds.
    """

    id: str
    kind: str
    base: str
    digest: str | None
    states: tuple[Any, ...]
    position: int = 0

    @property
    def state(self) -> Any:
        """What holds now."""
        return self.states[self.position]

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return self.position > 0

    @property
    def can_redo(self) -> bool:
        """Whether a step was taken back."""
        return self.position + 1 < len(self.states)

    def changed(self, state: Any) -> Draft:
        """The draft with a further state, in place of those undone; itself where nothing changed."""
        if state == self.state:
            return self
        states = (*self.states[: self.position + 1], state)[-MOST_STATES:]
        return replace(self, states=states, position=len(states) - 1)

    def undone(self) -> Draft:
        """The draft with the last step taken back, where there is one."""
        return replace(self, position=max(0, self.position - 1))

    def redone(self) -> Draft:
        """The draft with the step taken back last in force again, where there is one."""
        return replace(self, position=min(len(self.states) - 1, self.position + 1))


@dataclass(frozen=True, slots=True)
class Drafts:
    """The drafts in a folder, a file for each."""

    folder: Path

    def begin(self, kind: str, base: str, digest: str | None, state: Any) -> Draft:
        """A new draft, kept from now on. Raises ``InputError`` where nothing can be written, or nobody may."""
        id = "".join(secrets.choice(_ALPHABET) for _ in range(20))
        draft = Draft(id, kind, base, digest, (state,))
        self.write(draft)
        self._clear()
        return draft

    def read(self, id: str, kind: str) -> Draft | None:
        """The draft of that kind with that id, which may come from outside; ``None`` where there is none to be read."""
        if not _ID.fullmatch(id):
            return None
        path = self._path(id)
        try:
            data = json.loads(read_content(path, path.name, _MOST_BYTES))
            draft = Draft(id, data["kind"], data["base"], data["digest"], tuple(data["states"]), data["position"])
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None
        sound = (
            draft.kind == kind
            and isinstance(draft.base, str)
            and isinstance(draft.digest, str | None)
            and isinstance(draft.position, int)
            and 0 <= draft.position < len(draft.states)
        )
        return draft if sound else None

    def write(self, draft: Draft) -> None:
        """Keeps ``draft`` as it is now. Raises ``InputError`` where nothing can be written, or nobody may."""
        require(_RIGHTS.get(draft.kind, Right.PLAN), "draft.keep", draft.base)
        data = {
            "kind": draft.kind,
            "base": draft.base,
            "digest": draft.digest,
            "states": draft.states,
            "position": draft.position,
        }
        make_folder(self.folder)
        # Half a character, which no text can hold, becomes a question mark: the page can show that.
        write_atomically(self._path(draft.id), json.dumps(data, ensure_ascii=False).encode(errors="replace"))

    def discard(self, draft: Draft) -> None:
        """Forgets a draft; one that cannot be removed is cleared away later."""
        with suppress(OSError):
            self._path(draft.id).unlink(missing_ok=True)

    def _path(self, id: str) -> Path:
        return self.folder / f"{id}.json"

    def _clear(self) -> None:
        oldest = time.time() - KEPT_DAYS * 86_400
        touched: list[tuple[float, Path]] = []
        for path in self.folder.glob("*.json"):
            # Gone already, or not ours: neither stands in the way of work.
            with suppress(OSError):
                touched.append((path.stat().st_mtime, path))
        for when, path in sorted(touched, reverse=True)[ALWAYS_KEPT:]:
            if when < oldest:
                with suppress(OSError):
                    path.unlink()
