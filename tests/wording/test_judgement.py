"""The verdict of a comparison in every case: better, worse, not told apart, not comparable, other posts."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from counties import write_county
from papers import IMPOSSIBLE, MODELS, Answer, scenario, shipped

from optimizer.problem import GivenDistrict
from optimizer.solve import solve
from scenarios.assemble import with_plan
from translation import Language, Number, Percent, translate
from wording.compared_tables import compared, deciding_table, figures_table, folded
from wording.compared_tables import with_plan as plans_of
from wording.differences import less
from wording.grid import NOTHING
from wording.judgement import Judgement, judgement

POSTS = ("abruf-4-stellen", "modell-1-zentral", "ausbau-12-stellen")


def judged(*answers: Answer) -> Judgement:
    return judgement(compared(answers))


def said(found: Judgement, language: Language = "de") -> str:
    return " ".join(translate(text, language) for text in found.sentences)


def changed(answer: Answer, **values: object) -> Answer:
    """The same plan of a problem with other values."""
    plan = answer.solution.plan
    assert plan is not None
    problem = replace(answer.loaded.problem, **values)
    solution = replace(answer.solution, plan=replace(plan, problem=problem))
    return Answer(replace(answer.loaded, problem=problem), solution)


def test_the_better_one_is_ahead_in_both_figures_and_what_others_save_is_told() -> None:
    found = judged(*map(shipped, MODELS))
    assert [one.number for one in found.best] == [1]
    german, english = said(found), said(found, "en")
    assert german.startswith("Nach den Zahlen vorn: (1) Modell 1")
    assert "(1) lässt am wenigsten Stunden fehlen: 20,1 je Woche, 6,1 weniger als (2), 7,1 weniger als (3)." in german
    assert "(Coesfeld) bekommt damit am meisten: 9,3 Stunden je 1.000 Menschen, 0,3 mehr als (2), 0,2 mehr" in german
    assert "(3) spart 4,9 Stunden Fahrt, verliert aber 12,0 Stunden Koordination mehr." in german
    assert "In (3) bekämen Billerbeck, Nottuln mehr, am meisten Billerbeck: 10,1 Stunden je 1.000" in german
    assert "(1) leaves the fewest hours missing: 20.1 per week, 6.1 less than (2), 7.1 less than (3)." in english


def test_the_verdict_does_not_depend_on_the_order() -> None:
    turned = judged(*map(shipped, reversed(MODELS)))
    assert [one.number for one in turned.best] == [3]
    assert [one.name for one in turned.best] == [one.name for one in judged(*map(shipped, MODELS)).best]


@pytest.mark.parametrize("names", [MODELS, POSTS])
def test_every_distance_is_that_of_the_figures_beside_it(names: tuple[str, ...]) -> None:
    scenarios = compared(map(shipped, names))
    (best,) = judgement(scenarios).best
    table = deciding_table(scenarios, scenarios[0])
    for row, what in zip(table.rows, (" je 1.000 Menschen, ", " je Woche, "), strict=False):
        values = [cell.value for cell in row.cells[1:]]
        mine = values[best.number - 1]
        assert isinstance(mine, Number | Percent)
        (told,) = (text for text in (translate(why, "de") for why in judgement(scenarios).why) if what in text)
        for number, value in enumerate(values, start=1):
            if number != best.number:
                assert isinstance(value, Number | Percent)
                by = less(mine, value).value
                word = "mehr" if by > 0 else "weniger"
                apart = (
                    f"so viel wie ({number})" if by == 0 else f"{abs(by):.1f} {word} als ({number})".replace(".", ",")
                )
                assert apart in told


def test_fewer_missing_hours_count_within_the_tolerance_of_the_highest_lowest_coverage() -> None:
    found = judged(shipped(MODELS[1]), shipped(MODELS[2]))
    assert [one.number for one in found.best] == [1]
    text = said(found)
    assert "(1) lässt am wenigsten Stunden fehlen: 26,2 je Woche, 1,0 weniger als (2)." in text
    assert "bekommt damit 9,0 Stunden je 1.000 Menschen, 0,1 weniger als (2)." in text
    assert "bis zu 2 %-Punkte Versorgungsgrad weniger sein (Annahme)" in text


def test_beyond_the_tolerance_the_municipality_served_worst_decides() -> None:
    found = judged(*(changed(shipped(name), fairness_tolerance=0.0) for name in MODELS[1:]))
    assert [one.number for one in found.best] == [2]
    text = said(found)
    assert text.index("bekommt damit am meisten: 9,1 Stunden") < text.index(
        "(2) lässt 27,2 Stunden je Woche fehlen, 1,0 mehr"
    )
    assert "(1): Es fehlen weniger Stunden, aber die schwächste Kommune liegt um mehr als 0 %-Punkte" in text


def test_what_differs_by_less_than_matters_is_not_told_apart() -> None:
    found = judged(shipped(MODELS[0]), shipped(MODELS[0]), shipped(MODELS[2]))
    assert [one.number for one in found.best] == [1, 2]
    text = said(found)
    assert text.startswith("Nicht zu unterscheiden: (1), (2)")
    assert "bekommt 9,3 Stunden je 1.000 Menschen, es fehlen 20,1 Stunden je Woche" in text
    assert "weniger als 1 Stunde je Woche gelten als gleich (Annahme)" in text
    assert "(3) fällt zurück: Die schwächste Kommune bekommt 9,1 Stunden je 1.000 Menschen, es fehlen 27,2" in text


def test_other_posts_are_told_in_hours_by_one_yardstick() -> None:
    found = judged(*map(shipped, POSTS))
    text = said(found)
    assert text.startswith("Am meisten Stunden: (3) Ausbau auf zwölf Stellen Die schwächste Kommune")
    assert "(3) braucht 12,0 Stellen, 8,0 mehr als (1), 6,0 mehr als (2)." in text
    assert "Je Stelle kommen so viele Stunden je Woche vor Ort an: (1) 35,4, (2) 35,6, (3) 36,2." in text
    assert "Maßstab ist der von (1). Gemessen an 4,0 Stellen" in text
    # Hours lost grow with the posts: that speaks against nothing.
    assert "spart" not in text


def test_without_posts_the_yardstick_is_that_of_the_one_with_posts(tmp_path: Path) -> None:
    nothing = scenario(tmp_path, "Nichts", "")
    found = judged(nothing, shipped(MODELS[0]))
    assert [one.number for one in found.best] == [2]
    assert "Maßstab ist der von (2). Gemessen an 6,0 Stellen" in said(found)
    assert said(judged(nothing, nothing)).startswith("Nichts zu entscheiden")


def test_what_cannot_be_compared_is_told_with_the_reason_and_hours(tmp_path: Path) -> None:
    model = shipped(MODELS[0])
    towns = model.loaded.problem.municipalities
    even = replace(model.loaded.problem, municipalities=tuple(replace(town, weight=1 / len(towns)) for town in towns))
    equal = model.loaded.scenario.model_copy(update={"key": {"equal": 1}})
    advice = replace(model.loaded.problem, municipalities=tuple(replace(town, existing_hours=0.0) for town in towns))
    layers = "{posts: {total: 6}, districts: {minimum: 3}}"
    fewer = scenario(tmp_path, "Ohne Olfen", layers, more="not_taking_part: [Olfen]")
    write_county(tmp_path)
    elsewhere = scenario(
        tmp_path,
        "Anderswo",
        "{posts: {total: 2}, districts: {minimum: 1}}",
        county="county",
        key="key: {foreigners: 1}",
    )
    others = [
        Answer(replace(model.loaded, problem=even, scenario=equal), solve(even)),
        changed(model, municipalities=even.municipalities),
        Answer(replace(model.loaded, problem=advice), solve(advice)),
        fewer,
        elsewhere,
        scenario(tmp_path, "Zu viel", IMPOSSIBLE),
    ]
    found = judged(model, *others)
    assert found.best == ()
    assert translate(found.headline, "de") == f"Nicht vergleichbar mit (1) {model.loaded.scenario.name}"
    key, figures, counted, part, county, none = _apart(found)
    assert figures.startswith("(3) beruht auf anderen Zahlen als (1): Versorgungsgrad und fehlende Stunden lassen sich")
    assert "Ein anderer Schlüssel verteilt den Bedarf" in key
    assert re.search(r"sind es \d+,\d Stunden je 1\.000 Menschen, in \(1\) 9,3\.", key)
    assert re.search(r"zählt vorhandene Beratung anders als \(1\).* Vor Ort bringt es \d+,\d Stunden", counted)
    assert "Andere Kommunen nehmen teil" in part
    assert "betrifft einen anderen Kreis" in county
    assert none == "(7): kein Plan möglich."


def _apart(found: Judgement) -> list[str]:
    """What is said of each scenario that is not judged."""
    texts: list[str] = []
    for text in (translate(one, "de") for one in found.beside):
        if text.startswith("("):
            texts.append(text)
        else:
            texts[-1] += f" {text}"
    return texts


def test_no_plan_at_all_is_told(tmp_path: Path) -> None:
    none = scenario(tmp_path, "Zu viel", IMPOSSIBLE)
    assert said(judged(none, none)) == "Kein Szenario hat einen Plan."


def test_rules_not_kept_and_what_is_not_proven_are_told() -> None:
    model = shipped(MODELS[0])
    towns = [town.ags for town in model.loaded.problem.municipalities]
    rows = [GivenDistrict("ki", tuple(towns), model.loaded.problem.total_posts)]
    given = with_plan(model.loaded.problem, model.loaded.county, rows)
    alone = Answer(replace(model.loaded, problem=given), solve(given))
    found = judged(alone, alone)
    assert "Nicht bewiesen" not in said(found)
    open_plan = model.solution.plan
    assert open_plan is not None
    stages = tuple(replace(stage, proven=False) for stage in open_plan.stages)
    unproven = Answer(model.loaded, replace(model.solution, plan=replace(open_plan, stages=stages)))
    assert "Nicht bewiesen: (2)." in said(judged(shipped(MODELS[1]), unproven))
    few = with_plan(model.loaded.problem, model.loaded.county, [replace(rows[0], municipalities=tuple(towns[:10]))])
    broken = Answer(replace(model.loaded, problem=few), solve(few))
    assert re.search(r"\(1\) hält \d+ seiner Regeln nicht ein", said(judged(broken, shipped("nichts"))))


def test_few_rows_decide_and_identical_ones_are_folded() -> None:
    scenarios = compared(map(shipped, MODELS))
    base = plans_of(scenarios)[0]
    rows = [[translate(cell.value, "de") for cell in row.cells] for row in deciding_table(scenarios, base).rows]
    assert rows == [
        ["Stunden je 1.000 Menschen, schwächste Kommune", "9,3 h", "9,0 h", "9,1 h"],
        ["fehlende Stunden je Woche", "20,1 h", "26,2 h", "27,2 h"],
        ["Stunden Fahrt je Woche", "6,1 h", "12,2 h", "1,2 h"],
        ["Stellen beim KI", "6 von 6", "2 von 6", "2 von 6"],
    ]
    whole = figures_table(scenarios, base)
    table = folded(whole)
    (note,) = table.notes
    assert translate(note, "de").startswith("In allen gleich: Stellen (VZÄ): 6,0, durch Ungleichheit verloren")
    assert len(table.rows) + len(note.values["figures"].items) == len(whole.rows)
    posts = compared(map(shipped, POSTS))
    name = translate(deciding_table(posts, posts[0]).rows[1].cells[0].value, "de")
    assert name == "fehlende Stunden je Woche, gemessen an 4,0 Stellen"
    none = deciding_table(scenarios, None)
    assert all(cell.value != NOTHING for row in none.rows for cell in row.cells)
