"""Drafts: every step kept, taken back and put in force again, and nothing trusted that stands in the folder."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from files.faults import InputError
from scenarios.drafts import KEPT_DAYS, MOST_STATES, Draft, Drafts


@pytest.fixture
def drafts(tmp_path: Path) -> Drafts:
    """A folder of drafts that comes into being with the first."""
    return Drafts(tmp_path / "drafts")


def steps(draft: Draft, *states: Any) -> Draft:
    for state in states:
        draft = draft.changed(state)
    return draft


def test_a_draft_is_read_as_it_was_kept(drafts: Drafts) -> None:
    draft = drafts.begin("rules", "saved/x", "abc", {"name": "ü", "posts": [0.5, "1/3", None, True]})
    assert drafts.read(draft.id, "rules") == draft
    changed = steps(draft, {"name": "b"}, {"name": "c"}).undone()
    drafts.write(changed)
    again = drafts.read(draft.id, "rules")
    assert again == changed
    assert again.state == {"name": "b"}
    assert again.redone().state == {"name": "c"}


def test_steps_are_undone_redone_and_overwritten() -> None:
    draft = steps(Draft("x", "k", "b", None, (0,)), 1, 2, 3)
    assert (draft.can_undo, draft.can_redo, draft.state) == (True, False, 3)
    back = draft.undone().undone()
    assert (back.state, back.can_redo) == (1, True)
    assert back.redone().redone() == draft
    assert back.changed(9).states == (0, 1, 9)
    assert not back.changed(9).can_redo
    first = back.undone()
    assert not first.can_undo
    assert first.undone() == first
    assert draft.redone() == draft


def test_a_step_that_changes_nothing_is_none() -> None:
    draft = steps(Draft("x", "k", "b", None, (0,)), 1).undone()
    assert draft.changed(0) is draft


def test_the_oldest_steps_are_forgotten() -> None:
    draft = steps(Draft("x", "k", "b", None, (0,)), *range(1, MOST_STATES + 50))
    assert len(draft.states) == MOST_STATES
    assert draft.state == MOST_STATES + 49
    for _ in range(MOST_STATES):
        draft = draft.undone()
    assert draft.state == 50


def test_drafts_of_another_page_are_not_opened(drafts: Drafts) -> None:
    draft = drafts.begin("plan", "x", None, 1)
    assert drafts.read(draft.id, "rules") is None


@pytest.mark.parametrize("id", ["", "../../etc/passwd", "a" * 19, "A" * 20, "a" * 20, "a" * 19 + "/", "\x00" * 20])
def test_ids_from_outside_open_nothing_else(drafts: Drafts, id: str) -> None:
    drafts.folder.mkdir(parents=True)
    (drafts.folder.parent / "secret.json").write_text("{}")
    assert drafts.read(id, "rules") is None


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "null",
        '{"kind": "rules"}',
        '{"kind": "rules", "base": "", "digest": null, "states": [], "position": 0}',
        '{"kind": "rules", "base": "", "digest": null, "states": [1], "position": 1}',
        '{"kind": "rules", "base": "", "digest": null, "states": [1], "position": -1}',
        '{"kind": "rules", "base": "", "digest": null, "states": [1], "position": "0"}',
        '{"kind": "rules", "base": "", "digest": null, "states": 7, "position": 0}',
        "[" * 100_000,
        "\udcff",
    ],
)
def test_a_damaged_draft_is_none(drafts: Drafts, content: str) -> None:
    draft = drafts.begin("rules", "x", None, 1)
    (path,) = drafts.folder.glob("*.json")
    path.write_bytes(content.encode("utf-8", "surrogateescape"))
    assert drafts.read(draft.id, "rules") is None


def test_old_drafts_are_cleared_away_and_others_left(drafts: Drafts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scenarios.drafts.ALWAYS_KEPT", 2)
    old, young = (drafts.begin("rules", "x", None, number) for number in range(2))
    before = time.time() - (KEPT_DAYS + 1) * 86_400
    os.utime(drafts.folder / f"{old.id}.json", (before, before))
    foreign = drafts.folder / "foreign.txt"
    foreign.write_text("")
    os.utime(foreign, (before, before))
    drafts.begin("rules", "x", None, 3)
    assert drafts.read(old.id, "rules") is None
    assert drafts.read(young.id, "rules") == young
    assert foreign.exists()


def test_a_clock_that_is_set_wrong_clears_no_work_away(drafts: Drafts, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = drafts.begin("rules", "x", None, 1)
    monkeypatch.setattr("time.time", lambda: 4e9)
    drafts.begin("rules", "x", None, 2)
    assert drafts.read(mine.id, "rules") == mine


def test_a_discarded_draft_is_gone_and_may_be_discarded_again(drafts: Drafts) -> None:
    draft = drafts.begin("rules", "x", None, 1)
    drafts.discard(draft)
    drafts.discard(draft)
    assert drafts.read(draft.id, "rules") is None


def test_a_folder_that_cannot_be_written_is_told(drafts: Drafts) -> None:
    drafts.folder.write_text("a file stands where the folder should be")
    with pytest.raises(InputError, match="the folder cannot be made"):
        drafts.begin("rules", "x", None, 1)


def test_what_is_kept_is_plain_text(drafts: Drafts) -> None:
    draft = drafts.begin("rules", "x", None, {"name": "</script>ü\ud800"})
    data = json.loads((drafts.folder / f"{draft.id}.json").read_text(encoding="utf-8"))
    assert data["states"] == [{"name": "</script>ü?"}]
