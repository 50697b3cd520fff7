"""The page “The way there”: from the plan to its districts at work, each question with its proof."""

from __future__ import annotations

from exploring.question import Question, Topic
from translation import msg
from views.asked_page import Parts, show_questions
from views.asking.key import show_key
from views.asking.services import show_services

PARTS: Parts = {
    Question.KEY: (msg("Key of the plan"), show_key),
    Question.SERVICES: (msg("Double structures"), show_services),
}
"""What each question is called in short, and its part of the page."""


def show() -> None:
    """Draws the page."""
    show_questions(msg("The way there"), Topic.WAY, PARTS)


if __name__ == "__main__":
    show()
