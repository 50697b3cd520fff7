"""The plan that is worked on by hand: from the address, kept after every edit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from files.faults import InputError
from scenarios.drafts import Draft, Drafts
from scenarios.handmade import HandmadePlan, Refused, read_handmade
from scenarios.library import library
from translation import Message, msg
from views import address
from views.shortcuts import Step
from views.speech import Speech

KIND = "plan"
_NOTICE = "what-if notice"
#: The plan that was worked on before another scenario was chosen.
BEFORE = "what-if before"


def opened_draft() -> tuple[Draft, HandmadePlan] | None:
    """The draft that the address names, and the plan it holds; ``None`` where there is none to be read."""
    id = address.value(address.PLAN_DRAFT)
    draft = None if id is None else Drafts(library().drafts_folder).read(id, KIND)
    plan = None if draft is None else read_handmade(draft.state)
    return None if draft is None or plan is None else (draft, plan)


@dataclass(frozen=True)
class PlanDesk:
    """Where a plan is worked on: ``fresh`` is what the first edit begins with, a plan of the scenario ``base``."""

    base: str
    digest: str | None
    fresh: HandmadePlan

    @property
    def plan(self) -> HandmadePlan:
        """The plan as it is now."""
        found = opened_draft()
        return self.fresh if found is None else found[1]

    def edit(self, change: Callable[[HandmadePlan], HandmadePlan]) -> None:
        """Keeps a further step. What stands in its way is told on the page, and the plan stays as it is."""
        # Read anew each time: a click may come before the page has answered the one before it.
        found = opened_draft()
        try:
            changed = change(self.fresh if found is None else found[1])
            drafts = Drafts(library().drafts_folder)
            if found is not None:
                drafts.write(found[0].changed(changed.data()))
            elif changed != self.fresh:
                draft = drafts.begin(KIND, self.base, self.digest, self.fresh.data())
                drafts.write(draft.changed(changed.data()))
                address.put(address.PLAN_DRAFT, draft.id)
        except (Refused, KeyError) as refused:
            # A district that an undo has taken away meanwhile is no longer there to be changed.
            notify(refused.message if isinstance(refused, Refused) else msg("This district is no longer there."))
        except InputError as error:
            notify(msg("The plan could not be kept: {reason}", reason=error.faults[0].message))

    def step(self, steps: Sequence[Step]) -> None:
        """Takes edits back, and puts them in force again."""
        found = opened_draft()
        if found is None:
            return
        draft = found[0]
        for step in steps:
            draft = draft.undone() if step == "undo" else draft.redone()
        try:
            Drafts(library().drafts_folder).write(draft)
        except InputError as error:
            notify(msg("The plan could not be kept: {reason}", reason=error.faults[0].message))

    @property
    def begun(self) -> bool:
        """Whether there is a plan made by hand, not only that of the scenario."""
        return opened_draft() is not None

    @property
    def can_undo(self) -> bool:
        """Whether there is an edit to take back."""
        found = opened_draft()
        return found is not None and found[0].can_undo

    @property
    def can_redo(self) -> bool:
        """Whether an edit was taken back."""
        found = opened_draft()
        return found is not None and found[0].can_redo


def notify(message: Message) -> None:
    """Has ``message`` shown when the page is drawn next."""
    st.session_state[_NOTICE] = message


def show_notice(speech: Speech) -> None:
    """What came of the last edit, where there is something to say; nothing on the page gives way to it."""
    message = st.session_state.pop(_NOTICE, None)
    if message is not None:
        st.toast(speech.markdown(message), duration="long")


def leave() -> None:
    """Puts the plan aside: the page begins anew with a scenario."""
    kept = address.value(address.PLAN_DRAFT)
    if kept is not None and opened_draft() is not None:
        st.session_state[BEFORE] = kept
    address.put(address.PLAN_DRAFT, None)


def come_back() -> None:
    """Opens the plan again that was put aside last."""
    address.put(address.PLAN_DRAFT, st.session_state.pop(BEFORE, None))
