"""What is agreed, as a scenario keeps it: read, refused with its place, written back, and in terms of the county."""

from __future__ import annotations

from fractions import Fraction

import pytest

from files.faults import InputError
from optimizer.options import Option, What
from scenarios.assemble import problem_of
from scenarios.changes import differences
from scenarios.rendering import rendered
from scenarios.scenario import parse_scenario
from scenarios.schema import Scenario
from tests.command.test_main import HOSTILE

HEAD = "name: Probe\ncounty: 05558-coesfeld\nlayers: [{posts: {total: 6}}]\n"


def read(*answers: str) -> Scenario:
    return parse_scenario((HEAD + "agreements:\n" + "".join(f"  - {one}\n" for one in answers)).encode(), "s.yaml")


def test_a_scenario_without_the_key_has_none() -> None:
    assert parse_scenario(HEAD.encode(), "s.yaml").agreements == ()


def test_answers_are_read_and_written_back() -> None:
    scenario = read(
        "{who: Olfen, what: takes_part, state: agreed, date: 2026-01-05, note: Beschluss des Rates}",
        "{who: awo, what: employs, posts: 0.5, state: conditional}",
        "{who: Nottuln, what: together, other: 5558020, state: refused}",
    )
    assert [one.agreed for one in scenario.agreements] == [True, None, False]
    assert scenario.agreements[0].date == "2026-01-05"
    assert scenario.agreements[1].posts == Fraction(1, 2)
    assert scenario.agreements[2].other == "05558020"
    again = parse_scenario(rendered(None, scenario, "s.yaml"), "s.yaml")
    assert again.agreements == scenario.agreements
    other = read("{who: Olfen, what: takes_part, state: refused}")
    (found, *_) = differences(scenario, other)
    assert str(found.about) == "Agreement with Olfen: takes part – State"


@pytest.mark.parametrize(
    ("answer", "place"),
    [
        ("{what: room}", "agreements[0].who"),
        ("{who: Olfen, what: sings}", "agreements[0].what"),
        ("{who: Olfen, what: room, state: perhaps}", "agreements[0].state"),
        ("{who: Olfen, what: together}", "agreements[0].other"),
        ("{who: Olfen, what: room, other: Senden}", "agreements[0].other"),
        ("{who: Olfen, what: room, posts: 1}", "agreements[0].posts"),
        ("{who: Olfen, what: employs, posts: 0}", "agreements[0].posts"),
        ("{who: Olfen, what: room, date: 2026-02-30}", "agreements[0].date"),
        ("{who: Olfen, what: room, date: 20260228}", "agreements[0].date"),
        ("{who: Olfen, what: room, person: somebody}", "agreements[0].person"),
        ("{who: Nirgends, what: room}", "agreements[0].who"),
        ("{who: awo, what: takes_part}", "agreements[0].who"),
        ("{who: Olfen, what: apart, other: Olfen}", "agreements[0].other"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(answer: str, place: str) -> None:
    from geodata import COUNTIES
    from geodata.county import load_county

    with pytest.raises(InputError) as refused:
        problem_of(read(answer), load_county(COUNTIES / "05558-coesfeld"))
    assert [fault.column for fault in refused.value.faults] == [place]


def test_a_note_stays_text() -> None:
    scenario = read("{who: Olfen, what: room}")
    one = scenario.agreements[0].model_copy(update={"note": HOSTILE[0]})
    kept = parse_scenario(rendered(None, scenario.model_copy(update={"agreements": (one,)}), "s.yaml"), "s.yaml")
    assert kept.agreements == (one,)


def test_names_become_keys() -> None:
    from scenarios import SCENARIOS
    from scenarios.assemble import problem_from

    scenario = read("{who: Olfen, what: apart, other: Senden, state: agreed}", "{who: Olfen, what: employs}")
    loaded = problem_from(scenario, SCENARIOS / "probe.yaml")
    assert loaded.agreements == (
        Option(What.APART, "05558036", "05558044", None, True),
        Option(What.EMPLOYS, "05558036"),
    )
