"""The content of the committee papers: what the report, the slides, the workbook and the screen say, as data.

Texts are messages, figures keep all their decimals; :meth:`Paper.say` writes them. Every figure comes from a plan's
own properties, so that all papers show the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from exploring.exploration import Exploration
from exploring.question import Topic
from files.faults import Fault, InputError
from geodata.county import County
from geodata.editing.workbook_layout import THE_WAY_THERE, WHY_THIS_PLAN
from geodata.labels import covered, written_date
from maps.people import people_indicator
from optimizer.plan import Plan, alike
from optimizer.rules import RuleCheck, check_plan
from optimizer.solve import Solution
from scenarios.assemble import LoadedScenario
from scenarios.key import EQUAL
from translation import Language, Message, listing, msg, number, translate
from verifying.verify import digest
from wording import method, money_remarks
from wording import sentences as wording
from wording.compared_tables import (
    Compared,
    ComparedPlan,
    Solved,
    comparison_remarks,
    coverage_table,
    figures_table,
    known_alike,
    measured,
    numbered,
    scenario_title,
    with_plan,
)
from wording.council_paper import own_lines
from wording.existing import existing_remarks
from wording.finance import Finance, finance
from wording.for_and_against import Arguments, arguments
from wording.grid import NOTHING, GridTable
from wording.judgement import Judgement, judgement
from wording.key_figures import KeyFigure, key_figures
from wording.method import Passage
from wording.plan_tables import DRIVE, districts_table, losses_table, map_sentences, municipalities_table, served_worst
from wording.result_json import result
from wording.yardstick import has_yardstick

Text = Message | str


@dataclass(frozen=True, slots=True)
class MapText:
    """A map of the papers: the position of its scenario and layer, its caption, and what it shows in sentences."""

    scenario: int
    layer: int
    title: Message
    shows: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan as the papers show it. ``districts`` and ``maps`` have one entry for each layer.

    ``existing`` are the remarks on how far it rests on existing services, and on how old figures.
    """

    plan: Plan
    figures: tuple[KeyFigure, ...]
    maps: tuple[MapText, ...]
    districts: tuple[GridTable, ...]
    municipalities: GridTable
    losses: GridTable
    existing: tuple[Message, ...]
    rules: tuple[tuple[RuleCheck, Message], ...]

    @property
    def breaches(self) -> tuple[Message, ...]:
        """The rules that the plan does not keep."""
        return tuple(text for check, text in self.rules if not check.holds)


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A scenario of the papers, with its ``number`` there (from 1).

    Without a plan, ``planned`` is ``None`` and ``reasons`` say which rules cannot hold together. ``arguments`` set it
    beside the proposed plan (without one, they are the rules broken); those of the proposed plan itself are empty.
    """

    number: int
    loaded: LoadedScenario
    solution: Solution
    proof: Message
    planned: Planned | None
    reasons: tuple[Message, ...]
    arguments: Arguments

    @property
    def title(self) -> Message:
        """Number and name."""
        return scenario_title(self.number, self.loaded.scenario.name)

    @property
    def description(self) -> str:
        """What the scenario stands for, in the words of its file; may be empty and have several lines."""
        return self.loaded.scenario.description

    @property
    def status(self) -> Message:
        """What is known of the plan, in a word or two."""
        return wording.known(self.solution)


SECTIONS: Mapping[Topic, Message] = {Topic.PLAN: WHY_THIS_PLAN, Topic.WAY: THE_WAY_THERE}
"""What the section on each topic is called."""


@dataclass(frozen=True, slots=True)
class Paper:
    """All that the committee papers say. ``parts`` are the scenarios in the order given, with the proposed one.

    ``finance`` is ``None`` where no scenario has a plan. ``recommendation`` begins with the proposal; its reasons
    follow. ``remarks`` say how the comparison is to be read. ``verdict`` is ``None`` where there is one scenario only.
    """

    language: Language
    title: Text
    day: date
    vintage: Message
    county: County
    problem: tuple[Message, ...]
    parts: tuple[Part, ...]
    proposed: Part
    recommendation: tuple[Message, ...]
    figures: GridTable
    coverage: GridTable
    remarks: tuple[Message, ...]
    verdict: Judgement | None
    finance: Finance | None
    method: tuple[Passage, ...]
    people_decide: Message
    limits: tuple[Message, ...]
    glossary: tuple[tuple[Message, Message], ...]
    assumptions: tuple[Message, ...]
    sources: tuple[Message, ...]
    exploration: tuple[Exploration, ...] = ()

    @property
    def explored(self) -> dict[Topic, tuple[Exploration, ...]]:
        """What came of the questions, by topic in the order of the sections; none without a question."""
        found = {topic: tuple(one.on(topic) for one in self.exploration) for topic in Topic}
        kept = {topic: tuple(one for one in several if one.replies) for topic, several in found.items()}
        return {topic: several for topic, several in kept.items() if several}

    @property
    def existing(self) -> tuple[Message, ...]:
        """The remarks on existing services that belong to the proposed plan."""
        return () if self.proposed.planned is None else self.proposed.planned.existing

    @property
    def alternatives(self) -> tuple[Part, ...]:
        """The scenarios beside the proposed one."""
        return tuple(part for part in self.parts if part is not self.proposed)

    @property
    def maps(self) -> tuple[MapText, ...]:
        """All maps, by scenario and layer: papers take their pictures in this order."""
        return tuple(text for part in self.parts if part.planned is not None for text in part.planned.maps)

    def say(self, value: object) -> str:
        """A message, figure or date in the language of the paper."""
        return translate(value, self.language)


def paper(
    solved: Sequence[Solved],
    language: Language,
    *,
    title: str | None = None,
    day: date,
    proposed: int = 0,
    exploration: Sequence[Exploration] = (),
) -> Paper:
    """The papers on scenarios of one county, of which the one in position ``proposed`` is proposed.

    ``title`` is the planner's own. ``exploration`` has the answers about layers of the proposed plan. Raises
    ``InputError`` where the scenarios are about several counties.
    """
    _check_for_one_county(solved)
    alone = [numbered(position, one) for position, one in enumerate(solved, start=1)]
    answers = known_alike(alone, alone[proposed])
    scenarios = measured(answers, answers[proposed])
    base, plans = scenarios[proposed], with_plan(scenarios)
    parts = tuple(_part(one, answer, answers[proposed], day) for one, answer in zip(solved, answers, strict=True))
    chosen = parts[proposed]
    county = chosen.loaded.county
    given = " ".join((title or "").split())
    shown = next((one for one in plans if one is base), next(iter(plans), None))
    return Paper(
        language=language,
        title=given or msg("Case management in integration: districts and posts in {county}", county=county.name),
        day=day,
        vintage=_vintage(one.loaded for one in solved),
        county=county,
        problem=_problem(chosen.loaded),
        parts=parts,
        proposed=chosen,
        recommendation=tuple(_recommendation(chosen, scenarios)),
        figures=figures_table(scenarios, base),
        coverage=coverage_table(scenarios, base),
        remarks=tuple(comparison_remarks(scenarios, base)),
        verdict=judgement(scenarios) if len(scenarios) > 1 else None,
        finance=None if shown is None else finance(scenarios, shown, day.year),
        method=method.IN_ORDER,
        people_decide=method.PEOPLE_DECIDE,
        limits=method.LIMITS,
        glossary=method.GLOSSARY,
        assumptions=_of_scenarios(
            parts, lambda part: [*wording.assumptions(part.loaded), *money_remarks.assumptions(part.loaded)]
        ),
        sources=(
            *_of_scenarios(parts, lambda part: wording.sources(part.loaded.county)),
            *_of_scenarios(parts, lambda part: money_remarks.sources(part.loaded)),
            *(digest_text(part, language) for part in parts if part.planned is not None),
        ),
        exploration=tuple(exploration),
    )


def digest_text(part: Part, language: Language) -> Message:
    """What stands for the plan, so that anybody can tell whether a result is the one that this paper is about."""
    signs = digest(result(part.loaded, part.solution, [], language))
    return msg("Digest of the plan {title}: {digest}; “kim verify” works it out again.", title=part.title, digest=signs)


def _check_for_one_county(solved: Sequence[Solved]) -> None:
    first = solved[0].loaded.county
    faults = [
        Fault(
            one.loaded.path.name,
            msg("this scenario is about another county: {name}", name=one.loaded.county.name),
            msg("scenarios of one county: the first is about {name}", name=first.name),
        )
        for one in solved
        if one.loaded.county.ags != first.ags
    ]
    if faults:
        raise InputError(faults)


def _part(one: Solved, answer: Compared, proposed: Compared, day: date) -> Part:
    planned = _planned(answer.number, one.loaded, answer.plan, day) if isinstance(answer, ComparedPlan) else None
    beside = Arguments()
    if planned is not None and answer is not proposed:
        beside = Arguments(worse=planned.breaches)
        if isinstance(proposed, ComparedPlan):
            beside = arguments(one.loaded, planned.plan, proposed.plan, proposed.loaded)
        scenario = one.loaded.scenario
        beside = replace(
            beside,
            better=(*beside.better, *map(_own, own_lines(scenario, "for"))),
            worse=(*beside.worse, *map(_own, own_lines(scenario, "against"))),
        )
    return Part(
        number=answer.number,
        loaded=one.loaded,
        solution=one.solution,
        proof=wording.proof(one.solution),
        planned=planned,
        reasons=tuple(_reasons(one)) if planned is None else (),
        arguments=beside,
    )


def _own(text: str) -> Message:
    """A reason that people wrote, beside those made from the figures."""
    return msg("{text}", text=text)


def _planned(position: int, loaded: LoadedScenario, plan: Plan, day: date) -> Planned:
    county = loaded.county
    maps = []
    for layer in range(len(plan.layers)):
        name = scenario_title(position, loaded.scenario.name)
        if len(plan.layers) > 1:
            name = msg("{scenario}: {layer}", scenario=name, layer=plan.layers[layer].layer.name)
        title = msg("Districts and hubs of {scenario}", scenario=name)
        maps.append(MapText(position - 1, layer, title, map_sentences(plan, layer, county)))
    return Planned(
        plan=plan,
        figures=key_figures(loaded, plan),
        maps=tuple(maps),
        districts=tuple(districts_table(layer, county) for layer in plan.layers),
        municipalities=municipalities_table(loaded, plan).without(DRIVE),
        losses=losses_table(plan),
        existing=tuple(existing_remarks(loaded, plan, day.year)),
        rules=tuple((check, wording.rule_text(check, county, loaded.problem)) for check in check_plan(plan)),
    )


def _reasons(one: Solved) -> Iterator[Message]:
    if not one.conflicts:
        yield wording.unexplained()
    for conflict in one.conflicts:
        yield from wording.conflict_text(conflict, one.loaded.county, one.loaded.problem)


def _problem(loaded: LoadedScenario) -> tuple[Message, ...]:
    county = loaded.county
    indicator = people_indicator(county)
    people = county.total(indicator)
    names = [msg("equal parts") if name == EQUAL else covered(name) for name in _key(loaded)]
    return (
        msg(
            "{posts} posts (FTE) for case management in integration are to be placed in {county}, for {towns} "
            "municipalities ({indicator}: {people}).",
            posts=wording.fte(loaded.problem.total_posts),
            county=county.name,
            towns=number(len(county.municipalities)),
            people=NOTHING if people is None else number(people),
            indicator=covered(indicator),
        ),
        msg(
            "To be decided is which municipalities form a district, how many posts each district gets, who employs "
            "them, and where the team has its desk."
        ),
        msg(
            "Everyone is to be reached as evenly as possible and with few hours lost on the road; how much of the need "
            "falls on each municipality follows from: {key}.",
            key=listing(names),
        ),
    )


def _key(loaded: LoadedScenario) -> list[str]:
    return [name for name, weight in loaded.scenario.key.items() if weight > 0]


def newest(scenarios: Sequence[LoadedScenario]) -> int:
    """The position of the scenario whose deciding figures are the newest; the first where they are of one day."""
    days = [
        max((source.reference_date for name in _key(one) if (source := one.county.source_of(name))), default="")
        for one in scenarios
    ]
    return max(range(len(days)), key=lambda at: (days[at], -at))


def _vintage(scenarios: Iterable[LoadedScenario]) -> Message:
    """The dates of the statistics that decide, else of all."""
    dates: dict[str, list[object]] = {}
    for loaded in scenarios:
        for name in _key(loaded):
            source = loaded.county.source_of(name)
            if source is not None:
                covers = dates.setdefault(source.reference_date, [])
                covers.extend(text for text in [covered(name)] if text not in covers)
    if not dates:
        return msg("Data: see the sources")
    each = [
        msg("{what} {date}", what=listing(covers), date=written_date(reference)) for reference, covers in dates.items()
    ]
    return msg("Data as of: {figures}", figures=listing(each))


def _recommendation(chosen: Part, scenarios: Sequence[Compared]) -> Iterator[Message]:
    if chosen.planned is None:
        yield msg("For {scenario}, which was to be proposed, there is no plan.", scenario=chosen.title)
        return
    plan, county = chosen.planned.plan, chosen.loaded.county
    yield msg("Proposed is {scenario}.", scenario=chosen.title)
    yield msg(
        "Its {posts} posts bring {hours} hours per week to people; {travel} hours are lost on the road.",
        posts=wording.fte(plan.problem.total_posts),
        hours=number(plan.on_site_hours, 1),
        travel=number(plan.travel_hours, 1),
    )
    yield served_worst(plan, county)
    yield from map(_own, own_lines(chosen.loaded.scenario, "for"))
    for text in own_lines(chosen.loaded.scenario, "against"):
        yield msg("Against it: {text}", text=text)
    if not has_yardstick(plan):
        return
    others = [one.plan for one in with_plan(scenarios) if one.plan is not plan and alike(plan, one.plan)]
    if not others:
        return
    if all(round(other.reached, 3) <= round(plan.reached, 3) for other in others):
        yield msg("None of the alternatives with the same posts reaches a higher lowest coverage.")
    if all(round(other.shortfall_hours, 1) >= round(plan.shortfall_hours, 1) for other in others):
        yield msg("None of the alternatives with the same posts leaves fewer hours missing.")


def _number(part: Part) -> Message:
    return msg("({number})", number=part.number)


def _of_scenarios(parts: Sequence[Part], texts: Callable[[Part], Sequence[Message]]) -> tuple[Message, ...]:
    """Each text once; one that does not hold for all scenarios says for which."""
    found: dict[Message, list[Part]] = {}
    for part in parts:
        for text in texts(part):
            holders = found.setdefault(text, [])
            if part not in holders:
                holders.append(part)
    return tuple(
        text
        if len(holders) == len(parts)
        else msg("{scenarios} {text}", scenarios=listing(map(_number, holders)), text=text)
        for text, holders in found.items()
    )
