"""The page “The way there”: from the plan to its districts at work, each question with its proof."""

from __future__ import annotations

from exploring.question import Question, Topic
from translation import msg
from views.asked_page import Parts, show_questions
from views.asking.absence import show_absence
from views.asking.agreements import show_agreements
from views.asking.change import show_change
from views.asking.growth import show_growth
from views.asking.key import show_key
from views.asking.municipality import show_municipality
from views.asking.schedule import show_schedule
from views.asking.services import show_services
from views.asking.staffing import show_staffing

PARTS: Parts = {
    Question.CHANGE: (msg("Changes of district"), show_change),
    Question.GROWTH: (msg("Growth"), show_growth),
    Question.ABSENCE: (msg("Absence"), show_absence),
    Question.STAFFING: (msg("Need for posts"), show_staffing),
    Question.MUNICIPALITY: (msg("Municipality"), show_municipality),
    Question.AGREEMENTS: (msg("State of the talks"), show_agreements),
    Question.SCHEDULE: (msg("Schedule"), show_schedule),
    Question.SERVICES: (msg("Double structures"), show_services),
    Question.KEY: (msg("Key of the plan"), show_key),
}
"""What each question is called in short, and its part of the page."""


def show() -> None:
    """Draws the page."""
    show_questions(msg("The way there"), Topic.WAY, PARTS)


if __name__ == "__main__":
    show()
