"""Services that are there twice: what they count for with other posts, and what is told of whose answer decides."""

from __future__ import annotations

import pickle

import pytest

from exploring.query import Subject
from exploring.questions.services import ServicesFound, _Counted
from optimizer.way.implied_key import with_plans
from optimizer.way.services import Case, Change, Holding, Staff, StaffEffect
from scenarios import SCENARIOS
from scenarios.assemble import load_problem, without_existing_services
from translation import LANGUAGES, translate
from wording.explore.services import services_told

LOADED = load_problem(SCENARIOS / "kommunen-2023.yaml")
UNSURE = (3, 4, 5, 6)
MBE, YOUNG = 3, 6


def subject() -> Subject:
    rows = LOADED.problem.layers[0].plan
    assert rows is not None
    return Subject(LOADED, with_plans(LOADED.problem, [rows]), 0)


def test_hours_are_those_of_the_list_with_other_posts() -> None:
    counted = pickle.loads(pickle.dumps(_Counted.of(LOADED, UNSURE)))
    assert len(pickle.dumps(counted)) < 20_000
    now = {ags: advice.counted for ags, advice in LOADED.existing.items()}
    assert counted([0.0, 0.0, 0.0, 3.5]) == pytest.approx(now)
    services = LOADED.county.services
    posts = {services[MBE]: 1.25, services[YOUNG]: 4.0}
    other = LOADED.existing_with(lambda service: posts.get(service, service.fte))
    assert counted([1.25, 0.0, 0.0, 4.0]) == pytest.approx({ags: advice.counted for ags, advice in other.items()})


def test_what_decides_is_told_with_its_sample() -> None:
    about = subject()
    now = frozenset(frozenset(one.municipalities) for one in about.plan.layers[0].districts)
    other = frozenset({frozenset({"05558004"}), *(part - {"05558004"} for part in now)})
    staff = (Staff(0.0, 3.0, 0.0), Staff(0.0, 3.0, 0.0), Staff(0.0, 3.0, 0.0), Staff(3.0, 4.0, 3.5))
    stays = Holding(None, None, 8)
    holdings = (stays, stays, Holding(None, Change(1.25, 1.24, other), 9), stays)
    draws = [Case(n, (0.1, 2.0, 0.3 * n, 3.5), now if n < 5 else other) for n in range(10)]
    corner = Case(None, (0.0, 0.0, 0.0, 3.0), now)
    found = ServicesFound(UNSURE, StaffEffect(staff, now, holdings, (corner, *draws), 1, 10, 1), 3.0)
    told = services_told(about, found)
    said = " ".join(translate(text, "en") for text in (*told.answer, told.proof))
    assert "whether “Flüchtlingsberatung Hüttendyk” of Caritasverband für den Kreis Coesfeld has fewer or more" in said
    assert "With fewer than 1.4 posts: in 5 of 5 draws the districts that are the best now stay it." in said
    assert "With more than 1.4 posts: in 5 of 5 draws the best plan has these new districts: Ascheberg" in said
    assert "“MBE” is there more than once in 11 municipalities" in said
    assert "the 10 draws (seed 1) are a sample" in said
    for language in LANGUAGES:
        towns, services = (
            [[translate(cell.value, language) for cell in one.cells] for one in table.rows] for table in told.tables
        )
        assert [line[0] for line in towns] == [town.name for town in LOADED.county.municipalities]
        assert towns[0][-2].endswith("?")
        assert services[5][4] == {"en": "from 0 to 1.24 posts", "de": "von 0 bis 1,24 Stellen"}[language]
    nothing = services_told(
        Subject(without_existing_services(LOADED, "ohne"), about.plan, 0),
        ServicesFound((), StaffEffect((), frozenset(), (), (), 0, 0, 1), 3.0),
    )
    assert (len(nothing.answer), nothing.tables) == (1, ())
