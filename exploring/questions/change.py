"""How much must change for how much?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from exploring.query import Means, Query, Subject
from exploring.question import Question
from exploring.questions.rank import Others
from optimizer.plan import LayerPlan, Plan
from optimizer.way.change import Change, NoReference, Point, change
from scenarios.assemble import LoadedScenario
from scenarios.identity import Before, known_by


@dataclass(frozen=True)
class Reference:
    """Districts from which to change: whose they are, and by what they are known.

    ``placed`` is the layer with its teams where they are those of a plan.
    """

    name: str
    before: Before
    placed: LayerPlan | None = None


@dataclass(frozen=True)
class Changed:
    """What each further change brings, and the reference; the districts of each plan are known by those of that."""

    change: Change
    reference: Reference

    @property
    def complete(self) -> bool:
        """Whether every number of changes was looked at."""
        return self.change.complete


@dataclass(frozen=True)
class ChangeQuery(Query[Changed]):
    """Against a ``reference``, by default the scenario's own (:func:`own_reference`)."""

    question = Question.CHANGE
    of_all = True
    reference: Reference | None = None

    def find(self, about: Subject, means: Means) -> Changed:
        """The plans that none betters which changes no more. Raises ``NoReference``."""
        reference = self.reference or own_reference(about)
        if reference is None:
            raise NoReference
        districts = reference.before.districts
        found = change(about.problem, districts, layer=about.layer, progress=means.progress, **means.exact)
        named = _continuing(about, reference.before)

        def identified(points: Sequence[Point]) -> tuple[Point, ...]:
            return tuple(replace(point, plan=named.identified(point.plan)) for point in points)

        found = replace(found, coverage=identified(found.coverage), shortfall=identified(found.shortfall))
        return Changed(found, reference)


def _continuing(about: Subject, before: Before) -> LoadedScenario:
    """The scenario whose districts of the layer asked about continue those of the reference."""
    layers = range(len(about.problem.layers))
    known = [about.loaded.known[at] if at < len(about.loaded.known) else None for at in layers]
    known[about.layer] = before
    return replace(about.loaded, known=known)


def own_reference(about: Subject) -> Reference | None:
    """The districts that the scenario gives to the layer, else those of its reference plan, if it has either."""
    asked = about.plan.layers[about.layer]
    if asked.given:
        return _reference(about.loaded.scenario.name, asked)
    known, plan = about.loaded.known, about.loaded.reference
    before = known[about.layer] if about.layer < len(known) else None
    if before is None or not before.districts:
        return None
    placed = None if plan is None else plan.layers[about.layer]
    return Reference(about.loaded.scenario.reference_plan or "", before, placed)


def reference_of(name: str, plan: Plan, layer: int) -> Reference | None:
    """The districts of a layer of another plan, called ``name``: of the last one where it has fewer layers."""
    if not plan.layers:
        return None
    return _reference(name, plan.layers[min(layer, len(plan.layers) - 1)])


def usual_reference(about: Subject, others: Others) -> Reference | None:
    """The scenario's own, else of the first of ``others`` with a plan for the county, if there is one.

    Those whose plan is given, and so is one that there is, come before those that would be best.
    """
    own = own_reference(about)
    if own is not None:
        return own
    county = about.loaded.problem.index.keys()
    plans = [(name, plan) for name, plan in others if plan is not None and plan.problem.index.keys() == county]
    found = [
        reference_of(name, plan, about.layer) for name, plan in sorted(plans, key=lambda one: not _is_given(one[1]))
    ]
    return next((reference for reference in found if reference is not None), None)


def _is_given(plan: Plan) -> bool:
    return any(layer.given for layer in plan.layers)


def _reference(name: str, placed: LayerPlan) -> Reference | None:
    return Reference(name, known_by(placed), placed) if placed.districts else None
