"""Values that may differ between municipalities: every form that a file may state, and every fault at its place."""

from __future__ import annotations

from typing import Any

import pytest

from files.faults import InputError
from scenarios.by_town import HoursByTown, reasons_of
from scenarios.changes import differences
from scenarios.scenario import parse_scenario, scenario_from
from scenarios.schema import Scenario, as_data
from translation import translate

LEAST = "name: Versuch\ncounty: 05558-coesfeld\nlayers:\n  - posts: {total: 6}\n"


def read(lines: str) -> Scenario:
    return parse_scenario((LEAST + lines).encode(), "s.yaml")


def faults(lines: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        read(lines)
    return caught.value.lines("en")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("4", 4.0),
        ("{hours: 4}", 4.0),
        ("{}", 0.0),
        ("{Olfen: 8}", {"hours": 0.0, "Olfen": 8.0}),
        ("{hours: 4, Olfen: 8, 05558044: 2.5}", {"hours": 4.0, "Olfen": 8.0, "05558044": 2.5}),
    ],
)
def test_presence_is_one_figure_or_one_for_each(text: str, value: Any) -> None:
    scenario = read(f"presence: {text}\n")
    assert scenario.presence == value
    assert scenario_from(as_data(scenario)) == scenario


def test_minimum_hours_of_a_layer_are_one_figure_or_one_for_each() -> None:
    scenario = read("    municipalities: {minimum_hours: {default: 1, Olfen: 8}}\n")
    assert scenario.layers[0].municipalities.minimum_hours == {"default": 1.0, "Olfen": 8.0}
    assert HoursByTown("default").split({"default": 1.0, "Olfen": 8.0}) == (1.0, {"Olfen": 8.0})
    assert HoursByTown("default").split(3.0) == (3.0, {})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", ()),
        ("[]", ()),
        ("{}", ()),
        ("[Olfen, 05558044]", ("Olfen", "05558044")),
        ("{Olfen: , Senden: }", ("Olfen", "Senden")),
        ("{Olfen: Ratsbeschluss vom 3. März, Senden: }", {"Olfen": "Ratsbeschluss vom 3. März", "Senden": ""}),
    ],
)
def test_who_takes_no_part_may_have_a_reason(text: str, value: Any) -> None:
    scenario = read(f"not_taking_part: {text}\n")
    assert scenario.not_taking_part == value
    assert scenario_from(as_data(scenario)) == scenario


def test_reasons_are_by_municipality() -> None:
    assert reasons_of(("Olfen",)) == {"Olfen": ""}
    assert reasons_of({"Olfen": "nein"}) == {"Olfen": "nein"}


@pytest.mark.parametrize(
    ("lines", "place", "wrong"),
    [
        ("presence: viel\n", "s.yaml:5, presence", "“viel” is not a number: a number from 0 h to 1000 h"),
        ("presence: [4]\n", "s.yaml:5, presence", "a list is not a number"),
        ("presence:\n  hours: -1\n", "s.yaml:6, presence.hours", "out of range"),
        ("presence:\n  hours: 4\n  Olfen: x\n", "s.yaml:7, presence.Olfen", "“x” is not a number"),
        ("presence: {hours: 4, Olfen: '2,5'}\n", "s.yaml:5, presence.Olfen", "decimal comma: write 2.5"),
        ("not_taking_part: Olfen\n", "s.yaml:5, not_taking_part", "“Olfen” is no list: a list, such as [a, b]"),
        ("not_taking_part: true\n", "s.yaml:5, not_taking_part", "true is no list"),
        ("not_taking_part:\n  - Olfen\n  - [x]\n", "s.yaml:7, not_taking_part[1]", "a list is not a text"),
        ("not_taking_part: {Olfen: [x]}\n", "s.yaml:5, not_taking_part.Olfen", "a list is not a text"),
        ("yardstick: {posts: 0}\n", "s.yaml:5, yardstick.posts", "a number above 0 FTE, up to 500"),
        (
            "yardstick: {posts: 6, hours_per_1000: 10}\n",
            "s.yaml:5, yardstick.hours_per_1000",
            "stated twice, in posts and in hours: one of both",
        ),
        ("existing_services: {most: 0.5}\n", "s.yaml:5, existing_services.most", "out of range: a number from 1"),
        (
            "changes: {maximum_municipalities: 1}\n",
            "s.yaml:5, changes.maximum_municipalities",
            "there is no reference plan that they are counted against: a reference plan, or no limit",
        ),
        ("district_names: {Nord: Olfen}\n", "s.yaml:5, district_names.Nord", "“Olfen” is no list"),
        ("district_names: {Nord: []}\n", "s.yaml:5, district_names.Nord", "too few entries"),
        ("papers: {number: [1]}\n", "s.yaml:5, papers.number", "a list is not a text"),
        (
            "reference_plan: plan.pdf\n",
            "s.yaml:5, reference_plan",
            "or in .csv, .xlsx or .ods for the table",
        ),
    ],
)
def test_a_fault_names_its_place(lines: str, place: str, wrong: str) -> None:
    (found,) = faults(lines)
    assert found.startswith(f"{place}: ")
    assert wrong in found


def test_all_faults_of_a_value_are_told_at_once() -> None:
    found = faults("presence: {hours: x, Olfen: y}\nnot_taking_part: {[a]: 1}\n".replace("{[a]: 1}", "[[a], [b]]"))
    assert [line.split(": ")[0] for line in found] == [
        "s.yaml:5, presence.hours",
        "s.yaml:5, presence.Olfen",
        "s.yaml:6, not_taking_part[0]",
        "s.yaml:6, not_taking_part[1]",
    ]


def test_a_lost_leading_zero_is_repaired_and_reported() -> None:
    scenario = read("presence: {hours: 4, 5558036: 8}\nnot_taking_part: [5558044]\n")
    assert scenario.presence == {"hours": 4.0, "05558036": 8.0}
    assert scenario.not_taking_part == ("05558044",)
    assert [notice.column for notice in scenario.notices] == ["presence.5558036", "not_taking_part[0]"]


@pytest.mark.parametrize(
    ("total", "rest", "place", "wrong"),
    [
        ("0", "  - posts: {total: 1}\n", "layers[0].posts.total", "0 only where there is no other layer"),
        ("0", "    employers: [{id: ki, minimum: 1}]\n", "layers[0].employers[0].minimum", "has no posts"),
        ("0", "    plan: [{employer: ki, municipalities: [Olfen]}]\n", "layers[0].plan", "posts, or no plan"),
    ],
)
def test_posts_of_nought_are_the_only_layer_s(total: str, rest: str, place: str, wrong: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_scenario((LEAST.replace("total: 6", f"total: {total}") + rest).encode(), "s.yaml")
    (line,) = caught.value.lines("en")
    assert f", {place}: " in line
    assert wrong in line


def test_nothing_may_be_a_scenario() -> None:
    assert parse_scenario(LEAST.replace("total: 6", "total: 0").encode(), "s.yaml").layers[0].posts.total == 0
    assert parse_scenario(b"name: a\ncounty: b\nlayers: []\n", "s.yaml").layers == ()


def test_changes_of_the_new_settings_are_told() -> None:
    old = read("presence: 4\nexisting_services: {most: null}\n")
    new = read(
        "presence: {hours: 4, Olfen: 8}\nnot_taking_part: {Senden: Beschluss, Nottuln: }\nyardstick: {posts: 12}\n"
        "district_names: {Nord: [Rosendahl, Billerbeck]}\npapers: {number: SV-1}\n"
    )
    told = {change.path: (translate(change.old, "de"), translate(change.new, "de")) for change in differences(old, new)}
    assert told == {
        "existing_services.most": ("ungekappt", "1,5"),
        "presence": ("4 h", "Olfen: 8 h, 4 h in allen anderen"),
        "not_taking_part": ("alle nehmen teil", "Senden (Beschluss), Nottuln"),
        "yardstick.posts": ("die des Szenarios", "12 VZÄ"),
        "district_names": ("keine Namen", "Nord: Rosendahl, Billerbeck"),
        "papers": ("keine Texte", "number: SV-1"),
    }
