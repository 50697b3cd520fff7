"""What speaks for and against a plan beside another one: sentences made from the figures of both."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from geodata.county import Ags, County
from optimizer.plan import Plan
from optimizer.rules import broken, check_plan
from scenarios.assemble import LoadedScenario
from translation import Listing, Message, Number, listing, msg, msgs, number
from wording import sentences as wording
from wording.differences import MEASURES, Measure, Verdict, change_texts, coverage, difference, less, signed
from wording.money import case_management_funding
from wording.yardstick import measured_by, same_advice, same_need, same_posts, same_yardstick


@dataclass(frozen=True, slots=True)
class Arguments:
    """Sentences for a plan, against it, and on what is merely different, each measured against the proposed plan."""

    better: tuple[Message, ...] = ()
    worse: tuple[Message, ...] = ()
    other: tuple[Message, ...] = ()


_Sentence = Callable[[Mapping[str, object]], Message]
#: Of every figure that is judged: what is said where it is better, and where it is worse.
_SENTENCES: Mapping[Message, tuple[_Sentence, _Sentence]] = {
    msg("lowest hours per 1,000 people"): (
        lambda values: msg(
            "The municipality served worst ({town}) gets {now} per 1,000 people, in the proposal only {then}.", **values
        ),
        lambda values: msg(
            "The municipality served worst ({town}) gets only {now} per 1,000 people, in the proposal {then}.", **values
        ),
    ),
    msg("lowest coverage"): (
        lambda values: msg(
            "The municipality served worst ({town}) reaches {now} of its fair supply, in the proposal only {then}.",
            **values,
        ),
        lambda values: msg(
            "The municipality served worst ({town}) reaches only {now} of its fair supply, in the proposal {then}.",
            **values,
        ),
    ),
    msg("shortfall h per week"): (
        lambda values: msg("{by} per week less is missing to the fair supply: {now} instead of {then}.", **values),
        lambda values: msg("{by} per week more is missing to the fair supply: {now} instead of {then}.", **values),
    ),
    msg("on site h per week"): (
        lambda values: msg("{by} per week more reach people: {now} instead of {then}.", **values),
        lambda values: msg("{by} per week less reach people: {now} instead of {then}.", **values),
    ),
    msg("lost on the road h per week"): (
        lambda values: msg("{by} per week less is spent on the road: {now} instead of {then}.", **values),
        lambda values: msg("{by} per week more is spent on the road: {now} instead of {then}.", **values),
    ),
    msg("lost to coordination h per week"): (
        lambda values: msg("{by} per week less goes into coordination: {now} instead of {then}.", **values),
        lambda values: msg("{by} per week more goes into coordination: {now} instead of {then}.", **values),
    ),
    msg("lost through unevenness h per week"): (
        lambda values: msg("{by} per week less is spent where it is not missing: {now} instead of {then}.", **values),
        lambda values: msg("{by} per week more is spent where it is not missing: {now} instead of {then}.", **values),
    ),
}


def arguments(loaded: LoadedScenario, plan: Plan, proposed: Plan, against: LoadedScenario) -> Arguments:
    """What speaks for and against ``plan`` of ``loaded`` beside the ``proposed`` plan of the scenario ``against``.

    Both are measured with the yardstick of the proposed plan.
    """
    better: list[Message] = []
    worse: list[Message] = []
    county = loaded.county
    plan = measured_by(proposed, plan)
    for measure in MEASURES:
        apart = difference(measure, proposed, plan)
        verdict = Verdict.SAME if apart is None else apart.verdict
        if verdict is Verdict.BETTER:
            better.append(_sentence(measure, 0, plan, proposed, county))
        elif verdict is Verdict.WORSE:
            worse.append(_sentence(measure, 1, plan, proposed, county))
    if same_need(proposed, plan) and same_yardstick(proposed, plan) and same_advice(proposed, plan):
        points = _points(proposed, plan)
        better.extend(_served_better(points, county))
        worse.extend(_served_worse(points, county))
    alone, before = _one_person_teams(plan), _one_person_teams(proposed)
    # Where there are no teams nobody stands in for nobody.
    if alone != before and plan.fte and proposed.fte:
        (better if alone < before else worse).append(_alone(plan, proposed))
    breaches = broken(check_plan(plan))
    worse.extend(wording.rule_text(check, county, loaded.problem) for check in breaches)
    theirs = [check for check in broken(check_plan(proposed)) if check.binding]
    if theirs and not any(check.binding for check in breaches):
        better.append(
            msg(
                "It keeps all rules of its scenario; of those of the proposed plan {count} are not kept.",
                count=number(len(theirs)),
            )
        )
    return Arguments(tuple(better), tuple(worse), tuple(_others(loaded, plan, proposed, against)))


def employed(plan: Plan, county: County) -> Listing:
    """Who employs how many posts; municipalities that employ for themselves together."""
    found: dict[str, list[float]] = {}
    names: dict[str, object] = {}
    for layer in plan.layers:
        for district in layer.districts:
            together = county.employer(district.employer).kind == "municipality"
            id = "" if together else district.employer
            names[id] = msg("municipalities") if together else wording.employer_name(district.employer, county)
            found.setdefault(id, []).append(float(district.fte))
    return listing(msg("{employer} {posts} FTE", employer=names[id], posts=wording.fte(sum(found[id]))) for id in found)


def _sentence(measure: Measure, which: int, plan: Plan, proposed: Plan, county: County) -> Message:
    now, then = measure.shown(plan), measure.shown(proposed)
    values: dict[str, object] = {"now": now, "then": then}
    if measure.name in (msg("lowest coverage"), msg("lowest hours per 1,000 people")):
        values["town"] = county.name_of(plan.least_covered.ags)
    else:
        by = less(now, then)
        values["by"] = number(abs(by.value), by.digits, by.unit)
    return _SENTENCES[measure.name][which](values)


def _points(proposed: Plan, plan: Plan) -> dict[Ags, Number]:
    """By how many percentage points each municipality is covered better, as it is printed."""
    before, now = ({ags: coverage(one, ags) for ags in plan.municipalities} for one in (proposed, plan))
    return {
        ags: less(share, then) for ags, share in now.items() if share is not None and (then := before[ags]) is not None
    }


def _served_better(points: Mapping[Ags, Number], county: County) -> Iterator[Message]:
    up = {ags: by for ags, by in points.items() if by.value > 0}
    if up:
        most = max(up, key=lambda ags: up[ags].value)
        yield msgs(
            "{count} municipality is served better: {town} ({points} points of coverage).",
            "{count} municipalities are served better, most of all {town} ({points} points of coverage).",
            len(up),
            town=county.name_of(most),
            points=signed(up[most]),
        )


def _served_worse(points: Mapping[Ags, Number], county: County) -> Iterator[Message]:
    down = {ags: by for ags, by in points.items() if by.value < 0}
    if down:
        most = min(down, key=lambda ags: down[ags].value)
        yield msgs(
            "{count} municipality is served worse: {town} ({points} points of coverage).",
            "{count} municipalities are served worse, most of all {town} ({points} points of coverage).",
            len(down),
            town=county.name_of(most),
            points=signed(down[most]),
        )


def _one_person_teams(plan: Plan) -> int:
    return sum(district.persons == 1 for layer in plan.layers for district in layer.districts)


def _alone(plan: Plan, proposed: Plan) -> Message:
    now, then = _one_person_teams(plan), _one_person_teams(proposed)
    return msg(
        "{now} of {all} teams have one person only, so that nobody stands in; in the proposed plan {then} of {total}.",
        now=number(now),
        all=number(sum(len(layer.districts) for layer in plan.layers)),
        then=number(then),
        total=number(sum(len(layer.districts) for layer in proposed.layers)),
    )


def _others(loaded: LoadedScenario, plan: Plan, proposed: Plan, against: LoadedScenario) -> Iterator[Message]:
    if plan.fte:
        yield msg("Employed by: {employers}.", employers=employed(plan, loaded.county))
    if not same_need(proposed, plan):
        yield msg(
            "The key, or who takes part, is another than in the proposed plan: coverage and hours cannot be set "
            "against each other."
        )
    elif not same_advice(proposed, plan):
        yield msg(
            "Existing advice counts otherwise than in the proposed plan: coverage and missing hours cannot be judged "
            "against each other."
        )
    elif not same_posts(proposed, plan):
        yield msg(
            "It has {posts} posts instead of {others}; coverage and missing hours are measured with the yardstick of "
            "the proposed plan.",
            posts=wording.fte(plan.problem.total_posts),
            others=wording.fte(proposed.problem.total_posts),
        )
    granted, before = case_management_funding(loaded, plan), case_management_funding(against, proposed)
    if granted != before:
        yield msg(
            "In a full year the state grants {now} for these posts instead of {then}.",
            now=number(float(granted), 0, "€"),
            then=number(float(before), 0, "€"),
        )
    if len(plan.layers) == len(proposed.layers):
        yield from change_texts(proposed, plan, loaded.county)
