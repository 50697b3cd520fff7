"""The arguments of ``kim explore`` and their help. Values stay texts, which ``command.explore_options`` reads."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path

from exploring.question import Question
from translation import Message, msg

Text = Callable[[object], str]
Parsers = tuple[argparse.ArgumentParser, ...]
DRAWS = "1000"
"""Random draws where nothing else is said."""
ALL = "all"
"""The question that stands for all but why."""
KEEP = "keep"
"""Stands for a range that leaves a figure as it is."""


def add_explore(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], parents: Parsers, text: Text, scenario: str
) -> None:
    """Adds ``explore`` with an action for each question, and ``all``; ``question`` names the one that is asked.

    ``parents`` hold the options that it shares with other commands, ``scenario`` is the help of the scenario, and
    ``text`` writes a message in the language of the help.
    """
    about = text(msg("why this plan: alternatives, rank, trade-offs, prices of rules, robustness"))
    questions = commands.add_parser("explore", help=about, description=about).add_subparsers(
        metavar="QUESTION", required=True
    )

    number = text(msg("number of the layer that the question is about; else the first"))
    for name, (what, options) in _QUESTIONS.items():
        added = questions.add_parser(name, help=text(what), description=text(what), parents=list(parents))
        added.set_defaults(run="explore", question=name)
        added.add_argument("scenario", metavar="SCENARIO", help=scenario)
        added.add_argument("--layer", metavar="N", default="1", help=number)
        for add in options:
            add(added, text)


def add_report_sections(report: argparse.ArgumentParser, text: Text) -> None:
    """Adds to ``kim report`` the sections on why this plan and on the way there."""
    about = msg("add why this plan: alternatives, rank, trade-offs, prices of rules, robustness")
    report.add_argument("--why", action="store_true", help=text(about))
    draws = msg("random draws for the robustness in --why; 0 leaves it out; else 1000")
    report.add_argument("--draws", metavar="N", help=text(draws))
    about = msg("add the way there, with the usual values of its questions")
    report.add_argument("--way", action="store_true", help=text(about))


def _alternatives(added: argparse.ArgumentParser, text: Text) -> None:
    added.add_argument("--count", metavar="N", default="10", help=text(msg("how many plans; else 10")))
    within = msg("percentage points that plans may lie below the highest lowest coverage; else the fairness tolerance")
    added.add_argument("--within-coverage", metavar="POINTS", help=text(within))
    within = msg("hours per week that plans may leave missing beyond the fewest; else any number")
    added.add_argument("--within-hours", metavar="H", help=text(within))
    teams = msg("other employers and team sizes make another plan, too")
    added.add_argument("--teams", action="store_true", help=text(teams))


def _plan(added: argparse.ArgumentParser, text: Text) -> None:
    plan = msg("a plan made by hand in place of the scenario's own; a table as for kim evaluate")
    added.add_argument("--plan", metavar="PLAN.csv", type=Path, help=text(plan))


def _rank(added: argparse.ArgumentParser, text: Text) -> None:
    mark = msg("another scenario whose plan is marked; may be repeated; else all shipped ones that are comparable")
    added.add_argument("--mark", metavar="SCENARIO", action="append", help=text(mark))


def _posts(added: argparse.ArgumentParser, text: Text) -> None:
    least = msg("fewest posts (FTE); else one")
    added.add_argument("--from", dest="least", metavar="FTE", help=text(least))
    most = msg("most posts (FTE); else about twice those planned")
    added.add_argument("--to", dest="most", metavar="FTE", help=text(most))
    step = msg("from one number of posts to the next (FTE); else that of the layer, a coarser one where that is many")
    added.add_argument("--step", metavar="FTE", help=text(step))
    free = msg("any number of districts, so that few posts are not too few for them")
    added.add_argument("--free-districts", action="store_true", help=text(free))


def _draws(added: argparse.ArgumentParser, text: Text) -> None:
    draws = msg("random draws of all figures; else 1000. Ctrl+C stops them and tells what was done until then")
    added.add_argument("--draws", metavar="N", default=DRAWS, help=text(draws))
    _seed(added, text)


def _seed(added: argparse.ArgumentParser, text: Text) -> None:
    seed = msg("a number that gives the same draws again; else 1")
    added.add_argument("--seed", metavar="N", default="1", help=text(seed))


def _services(added: argparse.ArgumentParser, text: Text) -> None:
    most = msg("most posts (FTE) of a service of unknown staff, an assumption; else 3")
    added.add_argument("--unknown-up-to", dest="unknown", metavar="FTE", help=text(most))
    added.add_argument("--draws", metavar="N", help=text(msg("random draws of all unknown posts; else 100")))


def _ranges(added: argparse.ArgumentParser, text: Text) -> None:
    ranges = added.add_argument_group(text(msg("how far figures may be off; “keep” leaves a figure as it is")))
    for option, about in (
        ("--existing", msg("factor on all existing hours, such as 0.5..1.5")),
        ("--coordination", msg("hours of coordination per person and week, such as 1..3")),
        ("--visits", msg("hours per visit, such as 3..6")),
        ("--drives", msg("factor on all drives, such as 0.9..1.3")),
    ):
        ranges.add_argument(option, metavar="LOW..HIGH", help=text(about))
    for option, about in (
        ("--each-key", msg("per cent by which the key of each municipality may be more or less, each for itself")),
        ("--each-existing", msg("the same for the existing hours of each municipality")),
        ("--each-drive", msg("the same for each drive")),
    ):
        ranges.add_argument(option, metavar="PERCENT", help=text(about))
    for option, about in (
        ("--key-of", msg("per cent for the key of one municipality, by name or AGS; may be repeated")),
        ("--existing-of", msg("per cent for the existing hours of one municipality; may be repeated")),
    ):
        ranges.add_argument(option, metavar="NAME=PERCENT", action="append", default=[], help=text(about))


def add_workers(added: argparse.ArgumentParser, text: Text) -> None:
    """Adds who computes: processes here, or a cluster."""
    workers = msg("processes on this computer; else one for each processor")
    added.add_argument("--workers", metavar="N", help=text(workers))
    scheduler = msg("address of a Dask cluster that computes instead, such as tcp://host:8786")
    added.add_argument("--scheduler", metavar="ADDRESS", help=text(scheduler))


def _why(added: argparse.ArgumentParser, text: Text) -> None:
    town = text(msg("name or key (AGS) of a municipality"))
    added.add_argument("municipality", metavar="MUNICIPALITY", help=town)
    other = msg("another one: what it costs to have the two together, or apart where they are together now")
    added.add_argument("--with", dest="other", metavar="MUNICIPALITY", help=text(other))


def _growth(added: argparse.ArgumentParser, text: Text) -> None:
    steps = msg("numbers of posts (FTE) in order, such as 3,6,9,12; else those of the financial plan, or thirds")
    added.add_argument("--steps", metavar="FTE,FTE,...", help=text(steps))
    dates = msg("the month from which each of them is filled, such as 2027-01,2027-07,2028-01,2029-01")
    added.add_argument("--dates", metavar="YYYY-MM,...", help=text(dates))
    loss = msg("percentage points that each earlier step may lie below the best plan with as many posts; else 2")
    added.add_argument("--loss", metavar="POINTS", help=text(loss))
    less = msg("nobody gets fewer hours on site than at the step before")
    added.add_argument("--nobody-less", action="store_true", help=text(less))
    stay = msg("no hub is given up from step to step")
    added.add_argument("--hubs-stay", action="store_true", help=text(stay))
    free = msg("any number of districts, so that few posts are not too few for them")
    added.add_argument("--free-districts", action="store_true", help=text(free))


def _schedule(added: argparse.ArgumentParser, text: Text) -> None:
    weeks = msg("after how many weeks it begins again, 1 or 2; else 2")
    added.add_argument("--weeks", metavar="N", default="2", help=text(weeks))
    about = msg("half-days on which a municipality has a room, such as Olfen=Tue,Thu; may be repeated; else all")
    added.add_argument("--open", metavar="NAME=DAYS", action="append", default=[], help=text(about))
    about = msg("half-days on which anybody works; else all but Friday afternoon")
    added.add_argument("--working", metavar="DAYS", help=text(about))
    about = msg("half-days of persons with part of a post; else as many as their part, mornings first")
    added.add_argument("--part-time", metavar="DAYS", help=text(about))
    about = msg("the half-day on which all meet, such as Mon-morning, or none; else Monday morning")
    added.add_argument("--meeting", metavar="DAY", help=text(about))
    about = msg("write the schedule as a poster (PDF)")
    added.add_argument("--pdf", metavar="FILE", type=Path, help=text(about))
    about = msg("write the schedule as a calendar (iCalendar)")
    added.add_argument("--ics", metavar="FILE", type=Path, help=text(about))
    about = msg("the day from which poster and calendar count: week A is that of the Monday on or after it")
    added.add_argument("--from", dest="start", metavar="DATE", help=text(about))


def _change(added: argparse.ArgumentParser, text: Text) -> None:
    reference = msg(
        "districts from which to change: a scenario, or a table as for kim evaluate; else the reference plan of the "
        "scenario, else the first shipped scenario whose plan is given"
    )
    added.add_argument("--reference", metavar="SCENARIO|PLAN.csv", help=text(reference))
    layer = msg("number of the layer of that scenario; else the same as asked about, or its last one")
    added.add_argument("--reference-layer", metavar="N", help=text(layer))


def _municipality(added: argparse.ArgumentParser, text: Text) -> None:
    town = msg("name or key (AGS) of a municipality: only its own courses; else those of all")
    added.add_argument("--town", metavar="MUNICIPALITY", help=text(town))


def _absence(added: argparse.ArgumentParser, text: Text) -> None:
    leave = msg("weeks of leave per person and year, an assumption; else 6")
    added.add_argument("--leave", metavar="WEEKS", help=text(leave))
    sick = msg("working days per person and year away sick, an assumption; else 14.8")
    added.add_argument("--sick", metavar="DAYS", help=text(sick))


def _standard(added: argparse.ArgumentParser, text: Text) -> None:
    for option, value, about in (
        ("--hours-per-1000", "H", msg("hours per week for 1,000 people in every municipality; else 8")),
        ("--cases-per-1000", "N", msg("or cases per 1,000 people and year, with one of the next two")),
        ("--hours-per-case", "H", msg("hours with people that a case takes")),
        ("--cases-per-post", "N", msg("cases that a post has in a year")),
        (
            "--weeks",
            "N",
            msg("weeks of a year in which a person is there, for --hours-per-case; else the scenario's working weeks"),
        ),
        ("--presence", "H", msg("fewest hours per week on site in each municipality; else as in the scenario")),
        (
            "--two-persons-or-within",
            "MINUTES",
            msg("a team has two persons, or another team has its hub at most so many minutes away; else 20"),
        ),
    ):
        added.add_argument(option, metavar=value, help=text(about))
    alone = msg("teams of one person need no stand-in")
    added.add_argument("--one-person-teams", action="store_true", help=text(alone))


_QUESTIONS: Mapping[str, tuple[Message, tuple[Callable[[argparse.ArgumentParser, Text], None], ...]]] = {
    Question.ALTERNATIVES: (msg("the best plans beside the best one, in order"), (_alternatives,)),
    Question.RANK: (msg("how many plans the rules allow, and where this one stands among them"), (_plan, _rank)),
    Question.FRONTIER: (msg("what evenness costs: the lowest coverage against missing hours and travel"), ()),
    Question.PRICES: (msg("what each rule costs: the best plan without it"), ()),
    Question.POSTS: (msg("what each further post brings"), (_posts,)),
    Question.ROBUSTNESS: (
        msg("whether the plan holds if figures are off: a sample and all corners"),
        (_draws, _ranges, add_workers),
    ),
    Question.SENSITIVITY: (msg("which figure must change by how much before the districts change"), (add_workers,)),
    Question.WHY: (msg("why a municipality is in its district, and what it costs to move it"), (_why,)),
    Question.CHANGE: (
        msg("what each further change of district brings, from the districts of another plan on"),
        (_change,),
    ),
    Question.GROWTH: (msg("in which steps the posts are filled, each plan continuing the one before"), (_growth,)),
    Question.ABSENCE: (
        msg("who stands in where one person is away, what remains, and the plan that is best served then"),
        (_absence,),
    ),
    Question.STAFFING: (msg("the fewest posts for a stated standard, and what each part of it costs"), (_standard,)),
    Question.MUNICIPALITY: (
        msg("what good plans give each municipality; what its no, own staff or a district by itself costs"),
        (_municipality,),
    ),
    Question.AGREEMENTS: (
        msg("which open answers still matter to the plan, and which districts hold whatever they are"),
        (),
    ),
    Question.SCHEDULE: (msg("who is where when: half-days of every person, with the least travel"), (_schedule,)),
    Question.SERVICES: (
        msg("which services are there twice, and whose unknown staff would decide"),
        (_services, _seed, add_workers),
    ),
    Question.KEY: (msg("which key the plan amounts to: the mixture of indicators by which it is most even"), (_plan,)),
    ALL: (msg("all questions on why this plan but why, one after the other"), (_draws, add_workers)),
}
"""What each question is about, and its options."""
