"""The options of ``kim explore`` as values; what is wrong with any of them is told at once."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic_core import PydanticCustomError

from command.explore_parser import ALL, KEEP
from command.half_days import start_of, terms_of
from command.solving import no_layers
from exploring.exploration import QUERIES
from exploring.query import Query
from exploring.question import Question
from exploring.questions.change import Reference
from exploring.questions.growth import MOST_STEPS, month_of
from exploring.questions.posts import MOST_TOTALS, totals_of
from exploring.questions.robustness import DEFAULT
from exploring.questions.staffing import MOST_HOURS_PER_1000, Cases
from files.csv_table import NumberError
from files.faults import Fault, InputError
from files.typed import shown
from geodata.county import Ags, County
from optimizer.explore.uncertainty import Range, Uncertainty
from optimizer.problem import Problem
from scenarios import SCENARIOS
from scenarios.assemble import LoadedScenario, reference_table, with_plan
from scenarios.layer import MOST_POSTS, not_a_multiple
from scenarios.names import Names
from scenarios.plan_table import read_plan
from scenarios.values import PLAN_TABLES, Quantity, posts, real, whole
from translation import Message, listing, msg, msgs

LAYER, COUNT, SEED = whole(0, 1000), whole(1, 1000), whole(0, 2**32 - 1)
WEEKS = whole(1, 2)
MOST_DRAWS = 100_000
# More processes than this Windows cannot wait for.
WORKERS = whole(1, 61 if sys.platform == "win32" else 256)
PERCENT, HOURS = real(0, 100), real(0, 100_000, "h")
FTE, STEP = posts(MOST_POSTS, above=True), posts(MOST_POSTS)
STAFF = real(0, 100, "FTE", above=True)
FACTOR, VISIT = real(0, 10), real(0, 60, "h", above=True)
STANDARD, MINUTES = real(0, MOST_HOURS_PER_1000, "h", above=True), real(0, 10_000, "min")
CASES, YEAR = real(0, 100_000, above=True), real(0, 53, above=True)
LEAVE, SICK = real(0, 52), real(0, 260)
MOST_ROWS = 200
"""More numbers of posts than this nobody reads."""


class Values:
    """Reads the values of options; what is wrong with them is gathered in ``faults``, with the option as the place."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def fault(self, option: str, wrong: Message, allowed: Message | None) -> None:
        """Note a fault of an option."""
        self.faults.append(Fault(option, wrong, allowed))

    def value(self, option: str, text: str | None, quantity: Quantity) -> Any:
        """The figure that was typed, with a decimal point or comma; ``None`` where there is none or it is wrong."""
        if text is None:
            return None
        try:
            return quantity.read(quantity.typed(text) or "")
        except NumberError as error:
            self.fault(option, error.wrong, error.allowed)
        except PydanticCustomError as error:
            for _, wrong, allowed in (error.context or {}).get("faults", ()):
                self.fault(option, wrong, allowed)
        return None

    def percent(self, option: str, text: str | None) -> float | None:
        """A share from a figure in per cent, with or without its sign."""
        found = self.value(option, None if text is None else text.strip().removesuffix("%"), PERCENT)
        return None if found is None else found / 100

    def range(self, option: str, text: str | None, stated: Range | None, quantity: Quantity) -> Range | None:
        """The range ``LOW..HIGH``; ``stated`` where none was typed or it is wrong, ``None`` for ``keep``."""
        if text is None:
            return stated
        if text.strip() == KEEP:
            return None
        low_text, dots, high_text = text.partition("..")
        if not dots:
            wrong = msg("“{text}” is not a range", text=shown(text))
            allowed = msg(
                "two figures, the lower one first, such as 0.5..1.5; or {keep} to leave it as it is", keep=KEEP
            )
            self.fault(option, wrong, allowed)
            return stated
        low, high = self.value(option, low_text, quantity), self.value(option, high_text, quantity)
        if low is None or high is None:
            return stated
        if low > high:
            wrong = msg("“{text}” ends below its beginning", text=shown(text))
            allowed = msg("the lower figure first: {low}..{high}", low=high_text.strip(), high=low_text.strip())
            self.fault(option, wrong, allowed)
            return stated
        return Range(low, high)

    def percent_of(self, option: str, texts: list[str], county: County) -> dict[Ags, float]:
        """Shares by municipality from texts ``NAME=PERCENT``."""
        names, found = Names(county), dict[Ags, float]()
        for text in texts:
            name, sign, figure = text.rpartition("=")
            if not sign:
                wrong = msg("“{text}” is not a municipality with a figure", text=shown(text))
                self.fault(option, wrong, msg("name or key, =, and per cent, such as {town}=20", town=_example(county)))
                continue
            share, town = self.percent(option, figure), names.town(name.strip())
            if not isinstance(town, str):
                self.fault(option, *town)
            elif town in found:
                wrong = msg("the municipality “{name}” stands twice", name=shown(name))
                self.fault(option, wrong, msg("each municipality once"))
            elif share is not None:
                found[town] = share
        return found

    def town(self, option: str, name: str, county: County) -> Ags | None:
        """The key of a municipality by name or key."""
        found = Names(county).town(name)
        if isinstance(found, str):
            return found
        self.fault(option, *found)
        return None


def _example(county: County) -> str:
    return county.municipalities[0].name


@dataclass(frozen=True, slots=True)
class Wanted:
    """The options of a question as ``values`` by their names in queries; one that it does not have keeps its default.

    ``layer`` is a position, ``by_hand`` the scenario with the plan made by hand, ``start`` the day from which the weeks
    of a schedule count.
    """

    layer: int = 0
    values: Mapping[str, Any] = field(default_factory=dict)
    by_hand: LoadedScenario | None = None
    marks: tuple[LoadedScenario, ...] = ()
    marks_named: bool = False
    reference: LoadedScenario | Reference | None = None
    reference_layer: int | None = None
    workers: int | None = None
    scheduler: str | None = None
    notices: tuple[Fault, ...] = ()
    start: date | None = None

    def query(self, question: Question) -> Query[Any]:
        """The question with its values; the plans that are marked in the rank are not known yet."""
        kind = QUERIES[question]
        named = {one.name for one in fields(kind)}
        return kind(**{name: value for name, value in self.values.items() if name in named})


Load = Callable[[str], LoadedScenario]


def read(options: argparse.Namespace, load: Load) -> tuple[LoadedScenario, Wanted]:
    """The scenario and the options of its question. Raises ``InputError`` with all that is wrong with any of them."""
    values = Values()
    asked = vars(options)
    stated: dict[str, Any] = {
        "count": values.value("--count", asked.get("count"), COUNT),
        "within_coverage": values.percent("--within-coverage", asked.get("within_coverage")),
        "within_hours": values.value("--within-hours", asked.get("within_hours"), HOURS),
        "teams": asked.get("teams"),
        "free_districts": asked.get("free_districts"),
        "loss": values.percent("--loss", asked.get("loss")),
        "nobody_less": asked.get("nobody_less"),
        "hubs_stay": asked.get("hubs_stay"),
        "draws": values.value("--draws", asked.get("draws"), draws_for(options.question)),
        "most": values.value("--unknown-up-to", asked.get("unknown"), STAFF),
        "seed": values.value("--seed", asked.get("seed"), SEED),
    }
    workers, scheduler = values.value("--workers", asked.get("workers"), WORKERS), asked.get("scheduler")
    if asked.get("workers") and scheduler:
        wrong = msg("it cannot be stated together with --scheduler")
        values.fault("--workers", wrong, msg("one of the two: the cluster has workers of its own"))
    number = values.value("--layer", options.layer, LAYER)
    try:
        loaded = load(options.scenario)
    except InputError as error:
        raise InputError([*error.faults, *values.faults]) from None
    county, layers = loaded.county, loaded.problem.layers
    if not layers:
        values.fault(str(options.scenario), *no_layers())
        raise InputError(values.faults)
    if number is not None and not 1 <= number <= len(layers):
        # As kim evaluate says it.
        wrong = msg("there is no layer {number}", number=number)
        values.fault("--layer", wrong, msg("a number from 1 to {most}", most=len(layers)))
        number = None
    layer = (number or 1) - 1
    if "each_key" in asked:
        stated["uncertainty"] = _uncertainty(values, options, loaded, layer)
    if options.question in (Question.POSTS, ALL):
        stated["totals"] = _totals(values, options, loaded.problem, layer)
    if asked.get("steps") is not None or asked.get("dates") is not None:
        stated["steps"], stated["dates"] = _steps(values, options, loaded.problem, layer)
    start = None
    if options.question == Question.SCHEDULE:
        weeks = values.value("--weeks", options.weeks, WEEKS)
        stated["terms"] = terms_of(options, county, weeks, values.faults.append)
        start = start_of(options, values.faults.append)
    if asked.get("town") is not None:
        town = _present(values, options.town, loaded)
        stated["towns"] = None if town is None else (town,)
    if options.question == Question.ABSENCE:
        stated["leave"] = values.value("--leave", options.leave, LEAVE)
        stated["sick"] = values.value("--sick", options.sick, SICK)
    if options.question == Question.STAFFING:
        stated |= _standard(values, options)
    if "municipality" in asked:
        stated["towns"] = _towns(values, options, county)
    named = asked.get("mark")
    marks = _marks(values, named, loaded, load) if options.question in (Question.RANK, ALL) else ()
    reference, reference_layer = None, None
    if options.question == Question.CHANGE:
        reference, reference_layer = _reference(values, options, loaded, load)
    by_hand, notices = None, tuple[Fault, ...]()
    if asked.get("plan") is not None:
        by_hand, notices = _by_hand(values, options.plan, loaded, layer)
    if values.faults:
        raise InputError(values.faults)
    known = {name: value for name, value in stated.items() if value is not None}
    if asked.get("one_person_teams"):
        known["stand_in_minutes"] = None
    return loaded, Wanted(
        layer, known, by_hand, marks, bool(named), reference, reference_layer, workers, scheduler, notices, start
    )


def draws_for(question: str) -> Quantity:
    """How many draws there may be: none only where other questions are left."""
    return whole(1 if question == Question.ROBUSTNESS else 0, MOST_DRAWS)


def _uncertainty(values: Values, options: argparse.Namespace, loaded: LoadedScenario, layer: int) -> Uncertainty:
    hours = Quantity("real", Fraction(0), Fraction(loaded.problem.layers[layer].hours_per_week), "h")
    shares: dict[str, Any] = {
        "each_weight": values.percent("--each-key", options.each_key),
        "each_existing": values.percent("--each-existing", options.each_existing),
        "each_minutes": values.percent("--each-drive", options.each_drive),
    }
    return replace(
        DEFAULT,
        existing=values.range("--existing", options.existing, DEFAULT.existing, FACTOR),
        coordination_hours=values.range("--coordination", options.coordination, DEFAULT.coordination_hours, hours),
        block_hours=values.range("--visits", options.visits, DEFAULT.block_hours, VISIT),
        minutes=values.range("--drives", options.drives, DEFAULT.minutes, FACTOR),
        weight_of=values.percent_of("--key-of", options.key_of, loaded.county),
        existing_of=values.percent_of("--existing-of", options.existing_of, loaded.county),
        **{name: share for name, share in shares.items() if share is not None},
    )


def _totals(values: Values, options: argparse.Namespace, problem: Problem, layer: int) -> tuple[Fraction, ...]:
    """The numbers of posts that are asked about: those worth asking about, or from, to and in steps as was said."""
    usual, rules = totals_of(problem, layer), problem.layers[layer]
    texts = {f"--{name}": getattr(options, key, None) for name, key in (("from", "least"), ("to", "most"))}
    texts["--step"] = getattr(options, "step", None)
    if not any(texts.values()):
        return usual
    known = len(values.faults)
    found = {option: values.value(option, text, FTE) for option, text in texts.items()}
    for option, value in found.items():
        if value is not None and (value / rules.step).denominator != 1:
            _, wrong, allowed = not_a_multiple((), value, rules.step)
            values.fault(option, wrong, allowed)
    least, most, step = found["--from"], found["--to"], found["--step"]
    if least is not None and most is not None and least > most:
        allowed = msg("at least {least}, as in --from", least=texts["--from"])
        values.fault("--to", msg("“{text}” ends below its beginning", text=shown(texts["--to"])), allowed)
    if len(values.faults) > known:
        return usual
    least = min(usual[0], most or usual[0]) if least is None else least
    most = max(usual[-1], least) if most is None else most
    if step is None:
        many = (most - least) / rules.step >= MOST_TOTALS and (1 / rules.step).denominator == 1
        step = Fraction(1) if many else rules.step
    count = int((most - least) / step) + 1
    if count > MOST_ROWS:
        wrong = msg("from {least} to {most} that are {count} numbers of posts", least=least, most=most, count=count)
        values.fault("--step", wrong, msg("at most {most}: a larger step, or a shorter way", most=MOST_ROWS))
        return usual
    totals = {least + position * step for position in range(count)}
    return tuple(sorted(totals | ({rules.total} if least <= rules.total <= most else set())))


def _steps(
    values: Values, options: argparse.Namespace, problem: Problem, layer: int
) -> tuple[tuple[Fraction, ...], tuple[date, ...]]:
    """The numbers of posts and the months from which each is filled, both one after the other."""
    step, totals, days = problem.layers[layer].step, [], []
    for text in _parts(options.steps or ""):
        total = values.value("--steps", text, STEP)
        if total is not None and (total / step).denominator != 1:
            _, wrong, allowed = not_a_multiple((), total, step)
            values.fault("--steps", wrong, allowed)
        totals.append(total)
    for text in _parts(options.dates or ""):
        day = month_of(text)
        if day is None:
            wrong = msg("“{text}” is not a month", text=shown(text))
            values.fault("--dates", wrong, msg("a year and a month, such as 2027-04"))
        days.append(day)
    if options.dates is not None and len(days) != len(totals):
        wrong = msg("{days} months for {steps} steps", days=len(days), steps=len(totals))
        values.fault("--dates", wrong, msg("a month for each of --steps"))
    if options.steps is not None and not (2 <= len(totals) <= MOST_STEPS):
        values.fault("--steps", msgs("{count} step", "{count} steps", len(totals)), msg("2 to {most}", most=MOST_STEPS))
    rising: tuple[tuple[str, list[Any]], ...] = (("--steps", totals), ("--dates", days))
    for option, found in rising:
        known = [one for one in found if one is not None]
        if any(after <= before for before, after in pairwise(known)):
            values.fault(option, msg("they do not rise"), msg("each more than the one before"))
    return tuple(totals), tuple(day for day in days if day is not None)


def _parts(text: str) -> list[str]:
    """The parts of a list; with semicolons between them figures may have a decimal comma."""
    return [part.strip() for part in text.split(";" if ";" in text else ",") if part.strip()]


def _present(values: Values, text: str, loaded: LoadedScenario) -> Ags | None:
    """The municipality that was named, which takes part."""
    found = values.town("--town", text, loaded.county)
    if found is not None and not loaded.problem.municipalities[loaded.problem.index[found]].taking_part:
        wrong = msg("{town} takes no part", town=loaded.county.name_of(found))
        values.fault("--town", wrong, msg("municipalities that take part; see not_taking_part"))
        return None
    return found


def _standard(values: Values, options: argparse.Namespace) -> dict[str, Any]:
    """The parts of a standard by their names in the query."""
    hours = values.value("--hours-per-1000", options.hours_per_1000, STANDARD)
    per_1000 = values.value("--cases-per-1000", options.cases_per_1000, CASES)
    each = values.value("--hours-per-case", options.hours_per_case, CASES)
    per_post = values.value("--cases-per-post", options.cases_per_post, CASES)
    weeks = values.value("--weeks", options.weeks, YEAR)
    both = [options.hours_per_case is not None, options.cases_per_post is not None]
    if options.cases_per_1000 is None:
        for option, text in (("--hours-per-case", both[0]), ("--cases-per-post", both[1])):
            if text:
                values.fault(option, msg("it needs cases"), msg("together with --cases-per-1000"))
    elif options.hours_per_1000 is not None:
        wrong = msg("it cannot be stated together with --hours-per-1000")
        values.fault("--cases-per-1000", wrong, msg("one of the two"))
    elif sum(both) != 1:
        wrong = msg("how much work a case is must be stated once")
        values.fault("--cases-per-1000", wrong, msg("with --hours-per-case or with --cases-per-post"))
    cases = Cases(per_1000, each, per_post, weeks) if per_1000 and (each or per_post) else None
    return {
        "hours_per_1000": hours,
        "cases": cases,
        "presence": values.value("--presence", options.presence, HOURS),
        "stand_in_minutes": values.value("--two-persons-or-within", options.two_persons_or_within, MINUTES),
    }


def _towns(values: Values, options: argparse.Namespace, county: County) -> tuple[Ags, ...]:
    found = [values.town("MUNICIPALITY", options.municipality, county)]
    if options.other is not None:
        found.append(values.town("--with", options.other, county))
        if found[0] is not None and found[0] == found[1]:
            values.fault("--with", msg("this is the same municipality"), msg("another municipality of the county"))
    return tuple(town for town in found if town is not None)


def _marks(values: Values, named: list[str] | None, loaded: LoadedScenario, load: Load) -> tuple[LoadedScenario, ...]:
    """The other scenarios whose plans are marked: those named, else the shipped ones for the same county."""
    found: list[LoadedScenario] = []
    for name in named if named is not None else sorted(path.stem for path in SCENARIOS.glob("*.yaml")):
        try:
            other = load(name)
        except InputError as error:
            values.faults.extend(error.faults if named is not None else ())
            continue
        if other.path.resolve() == loaded.path.resolve():
            continue
        if other.county.ags == loaded.county.ags:
            found.append(other)
        elif named is not None:
            wrong = msg("the scenario {file} is about another county: {name}", file=name, name=other.county.name)
            values.fault("--mark", wrong, msg("a scenario for {name}", name=loaded.county.name))
    return tuple(found)


def _reference(
    values: Values, options: argparse.Namespace, loaded: LoadedScenario, load: Load
) -> tuple[LoadedScenario | Reference | None, int | None]:
    """The districts from which to change: a scenario, or a table; and the position of a layer where it is named."""
    number = values.value("--reference-layer", options.reference_layer, LAYER)
    name = options.reference
    found: LoadedScenario | Reference | None = None
    if name is None:
        others = _marks(values, None, loaded, load)
        given = (other for other in others if any(layer.evaluated_only for layer in other.problem.layers))
        found = next(given, next(iter(others), None))
    elif Path(name).suffix in PLAN_TABLES:
        try:
            found = Reference(Path(name).name, reference_table(Path(name), loaded.county))
        except InputError as error:
            values.faults.extend(error.faults)
    else:
        try:
            found = load(name)
        except InputError as error:
            values.faults.extend(error.faults)
        if isinstance(found, LoadedScenario) and found.county.ags != loaded.county.ags:
            wrong = msg("the scenario {file} is about another county: {name}", file=name, name=found.county.name)
            values.fault("--reference", wrong, msg("a scenario for {name}", name=loaded.county.name))
    if number is not None:
        layers = found.problem.layers if isinstance(found, LoadedScenario) else ()
        if not 1 <= number <= len(layers):
            wrong = msg("there is no layer {number}", number=number)
            most = msg("a number from 1 to {most}", most=len(layers)) if layers else msg("a scenario as reference")
            values.fault("--reference-layer", wrong, most)
    return found, None if number is None else number - 1


def _by_hand(
    values: Values, path: Path, loaded: LoadedScenario, layer: int
) -> tuple[LoadedScenario | None, tuple[Fault, ...]]:
    """The scenario with the plan of a table given for the layer, called after its file; and what was repaired in it."""
    employers = [employer.id for employer in loaded.problem.layers[layer].employers]
    try:
        table = read_plan(path, loaded.county, only_employer=employers[0] if len(employers) == 1 else None)
    except InputError as error:
        values.faults.extend(error.faults)
        return None, ()
    for unknown in sorted({row.employer for row in table.districts} - set(employers)):
        name = loaded.county.employer(unknown).name
        wrong = msg("{employer} has no posts in this layer: the plan is not among its plans", employer=name)
        allowed = msg("one of {keys}", keys=listing(employers))
        values.faults.append(Fault(str(path), wrong, allowed, None, "employer"))
        return None, ()
    problem = with_plan(loaded.problem, loaded.county, table.districts, layer=layer)
    scenario = loaded.scenario.model_copy(update={"name": path.name})
    return LoadedScenario(loaded.path, scenario, loaded.county, problem), tuple(table.notices)
