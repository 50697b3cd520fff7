"""Why a question about a plan has no answer."""

from __future__ import annotations

from translation import Message, msg


def too_large() -> Message:
    """Said where a county is too large for a question."""
    return msg(
        "This question cannot be answered for so many municipalities: the rules allow too many districts to go through "
        "them all. A shorter longest drive or fewer districts help."
    )


def no_time() -> Message:
    """Said where the time did not suffice."""
    return msg("The time allowed did not suffice for this question.")


def no_plan() -> Message:
    """Said where no plan keeps the rules that the question asks about."""
    return msg("The rules leave no plan.")
