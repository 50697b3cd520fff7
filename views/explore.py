"""The page “Why this plan?”: what a head of department is asked in committee, each question with its proof."""

from __future__ import annotations

from exploring.question import Question, Topic
from translation import msg
from views.asked_page import Parts, show_questions
from views.asking.questions import (
    show_alternatives,
    show_frontier,
    show_posts,
    show_prices,
    show_rank,
    show_why,
)
from views.asking.robustness import show_robustness, show_sensitivity

PARTS: Parts = {
    Question.ALTERNATIVES: (msg("Alternatives"), show_alternatives),
    Question.RANK: (msg("Rank"), show_rank),
    Question.FRONTIER: (msg("Trade-off"), show_frontier),
    Question.PRICES: (msg("Price of the rules"), show_prices),
    Question.POSTS: (msg("Posts"), show_posts),
    Question.ROBUSTNESS: (msg("Robustness"), show_robustness),
    Question.SENSITIVITY: (msg("Sensitivity"), show_sensitivity),
    Question.WHY: (msg("Why here?"), show_why),
}
"""What each question is called in short, and its part of the page."""


def show() -> None:
    """Draws the page."""
    show_questions(msg("Why this plan?"), Topic.PLAN, PARTS)


if __name__ == "__main__":
    show()
