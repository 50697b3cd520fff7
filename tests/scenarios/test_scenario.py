from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from files.faults import Fault, InputError
from scenarios.scenario import load_scenario, parse_scenario, scenario_from
from scenarios.schema import Scenario, as_data, settings

LEAST = """\
name: Versuch
county: 05558-coesfeld
layers:
  - posts: {total: 6}
"""
REST = "name: Versuch\ncounty: 05558-coesfeld\n"


def read(text: str) -> Scenario:
    return parse_scenario(text.encode(), "s.yaml")


def faults(text: str | bytes) -> list[str]:
    with pytest.raises(InputError) as caught:
        parse_scenario(text.encode() if isinstance(text, str) else text, "s.yaml")
    return caught.value.lines("en")


def layer(lines: str) -> str:
    """A scenario with one layer that has the given lines beside its posts."""
    return LEAST + "".join(f"    {line}\n" for line in lines.splitlines())


def test_defaults_are_those_of_the_format() -> None:
    shown = """\
name: Versuch
county: 05558-coesfeld
key: {migration_history: 1}
existing_services: {credit: 0.25, most: 1.5}
presence: {hours: 0}
not_taking_part: []
yardstick: null
ki_share: {minimum: 1/3, binding: true}
objective: {fairness_tolerance: 0.02}
reference_plan: null
changes: {maximum_municipalities: null}
district_names: {}
papers: {}
layers:
  - name: Case-Management
    posts: {total: 6, step: 0.5, hours_per_week: 39, coordination_hours: 2}
    visits: {block_hours: 4}
    districts: {minimum: 3, maximum: 6, max_drive_minutes: 40, minimum_persons: 1, connected: true}
    municipalities: {minimum_hours: 0, together: [], apart: [], employer: {}}
    employers:
      - {id: ki, minimum: 0, base: district}
"""
    assert read(LEAST) == read(shown)
    # "maximum: 6" of the format is the layer's total, which nothing needs to repeat.
    assert read(LEAST).layers[0].employers[0].maximum is None


def test_an_empty_section_stands_for_its_defaults() -> None:
    assert read(LEAST + "    visits:\n    districts: {}\nki_share:\n") == read(LEAST)


@pytest.mark.parametrize(
    ("text", "value"),
    [("0.1", "1/10"), ("2.5", "5/2"), ("1/3", "1/3"), ("'2/3'", "2/3"), ("1e0", "1"), ("+4.0", "4"), (".5", "1/2")],
)
def test_posts_are_exact(text: str, value: str) -> None:
    scenario = read(f"{REST}layers:\n  - posts: {{total: {text}, step: {text}}}\n")
    assert scenario.layers[0].posts.total == Fraction(value)
    assert isinstance(scenario.layers[0].posts.total, Fraction)


def test_shares_may_be_written_in_per_cent() -> None:
    scenario = read(LEAST + "ki_share: {minimum: 33 %}\nexisting_services: {credit: 25%}\n")
    assert scenario.ki_share.minimum == Fraction(33, 100)
    assert scenario.existing_services.credit == 0.25


@pytest.mark.parametrize(
    ("text", "place", "wrong"),
    [
        (LEAST + "kee: {population: 1}\n", "s.yaml:5, kee", "unknown key “kee”: did you mean “key”?"),
        (layer("district: {minimum: 2}"), "s.yaml:5, layers[0].district", "did you mean “districts”?"),
        (REST, "s.yaml:1, layers", "the key “layers” is missing"),
        (REST + "layers: [{}]\n", "s.yaml:3, layers[0].posts", "the key “posts” is missing"),
        (REST + "layers: 7\n", "s.yaml:3, layers", "“7” is no list"),
        (REST + "layers: [7]\n", "s.yaml:3, layers[0]", "“7” is no section"),
        (REST + "layers:\n  - posts:\n", "s.yaml:4, layers[0].posts.total", "the key “total” is missing"),
        (LEAST.replace("6", "'0,5'"), "s.yaml:4, layers[0].posts.total", "has a decimal comma: write 0.5"),
        (LEAST.replace("6", "6,5"), "s.yaml:4, layers[0].posts.5", "“5” stands alone after a comma"),
        (LEAST.replace("6", "true"), "s.yaml:4, layers[0].posts.total", "true is not a number"),
        (LEAST.replace("6", ".nan"), "s.yaml:4, layers[0].posts.total", "“.nan” is not a number"),
        (LEAST.replace("6", ".inf"), "s.yaml:4, layers[0].posts.total", "“.inf” is not a number"),
        (LEAST.replace("6", "1e400"), "s.yaml:4, layers[0].posts.total", "“1e400” is out of range"),
        (
            LEAST.replace("6", "1e-320"),
            "s.yaml:4, layers[0].posts.total",
            "“1e-320” is too close to zero: 0, or at least",
        ),
        (LEAST.replace("6", "1e999999999"), "s.yaml:4, layers[0].posts.total", "is not a number"),
        (LEAST.replace("6", "9" * 5000), "s.yaml:4, layers[0].posts.total", "is not a number"),
        (LEAST.replace("6", "1/0"), "s.yaml:4, layers[0].posts.total", "is not a number"),
        (LEAST.replace("6", "50 %"), "s.yaml:4, layers[0].posts.total", "is not a number"),
        (LEAST.replace("6", "-1"), "s.yaml:4, layers[0].posts.total", "“-1” is out of range: a number from 0 FTE"),
        (LEAST.replace("6", "1.3"), "s.yaml:4, layers[0].posts.total", "1.3 FTE is not a multiple of the step 0.5 FTE"),
        (LEAST.replace("6", "500, step: 0.01"), "s.yaml:4, layers[0].posts.step", "the posts make 50000 steps"),
        (LEAST.replace("6", "6, coordination_hours: 39"), "s.yaml:4, layers[0].posts.coordination_hours", "no hour"),
        (layer("districts: {minimum: 2.5}"), "s.yaml:5, layers[0].districts.minimum", "is not a whole number"),
        (
            layer("districts: {minimum: 7}"),
            "s.yaml:5, layers[0].districts.minimum",
            "at least 7 but at most 6 districts",
        ),
        (layer("districts: {connected: yes}"), "s.yaml:5, layers[0].districts.connected", "neither true nor false"),
        (layer("visits: {block_hours: 0}"), "s.yaml:5, layers[0].visits.block_hours", "a number above 0 h, up to 60 h"),
        (layer("employers: []"), "s.yaml:5, layers[0].employers", "too few entries: at least 1"),
        (
            layer("employers: [{id: ki, base: offic}]"),
            "s.yaml:5, layers[0].employers[0].base",
            "did you mean “office”?",
        ),
        (layer("employers: [{id: ki, hubs: []}]"), "s.yaml:5, layers[0].employers[0].hubs", "too few"),
        (
            layer("employers: [{id: ki, maximum: 1.3}]"),
            "s.yaml:5, layers[0].employers[0].maximum",
            "multiple of the step",
        ),
        (
            layer("employers:\n  - {id: ki, minimum: 2, maximum: 1}"),
            "s.yaml:6, layers[0].employers[0].minimum",
            "at least 2 FTE but at most 1 FTE",
        ),
        (layer("municipalities: {apart: [[Olfen]]}"), "s.yaml:5, layers[0].municipalities.apart[0]", "at least 2"),
        (
            layer("municipalities: {employer: {Olfen: [ki]}}"),
            "s.yaml:5, layers[0].municipalities.employer.Olfen",
            "a list",
        ),
        (
            layer("districts: {}\nplan:\n  - {employer: ki, municipalities: [Olfen]}"),
            "s.yaml:5, layers[0].districts",
            "either plan or districts",
        ),
        (
            layer(
                "plan:\n  - {employer: ki, municipalities: [Olfen], fte: 1}\n"
                "  - {employer: ki, municipalities: [Senden]}"
            ),
            "s.yaml:7, layers[0].plan[1]",
            "no team size (fte)",
        ),
        (LEAST + "key: {}\n", "s.yaml:5, key", "at least 1"),
        (LEAST + "key: {population: 0}\n", "s.yaml:5, key", "all weights are zero"),
        (LEAST + "key: {population: viel}\n", "s.yaml:5, key.population", "“viel” is not a number"),
        (LEAST + "reference_plan: ../x.yaml\n", "s.yaml:5, reference_plan", "is not the name of a scenario file"),
        (LEAST + "description: [a]\n", "s.yaml:5, description", "a list is not a text"),
        (LEAST.replace("Versuch", '"a\\u202eb"'), "s.yaml:1, name", "invisible character U+202E"),
        (LEAST.replace("Versuch", "''"), "s.yaml:1, name", "the text is empty"),
        (LEAST + "ki_share: {minimum: 1.5}\n", "s.yaml:5, ki_share.minimum", "a share from 0 to 1"),
        (LEAST + "name: Zwei\n", "s.yaml:5, name", "the key “name” is there twice"),
        (LEAST + "a: &x [1]\nkey: *x\n", "s.yaml:5, a", "anchors and aliases (“&”, “*”) are not allowed"),
        (LEAST + "a: &x [1]\nkey: *x\n", "s.yaml:6, key", "anchors and aliases (“&”, “*”) are not allowed"),
        (LEAST + "&x description: a\n", "s.yaml:5", "anchors and aliases (“&”, “*”) are not allowed"),
        (LEAST + "key: !!python/object:os.system {}\n", "s.yaml:5, key", "a tag (!) is not allowed"),
        (LEAST + "? [a, b]\n: 1\n", "s.yaml:5", "a list or section stands where a key should be"),
        (LEAST + "---\nname: Zwei\n", "s.yaml:5", "a second document begins here"),
        (LEAST.replace("  - posts", "\t- posts"), "s.yaml:4", "the line holds a tab"),
        (LEAST.replace("Versuch", "Modell 1: zentral"), "s.yaml:1", "not valid YAML: “name: Modell 1: zentral”"),
        (LEAST + "key: {population: 1\n", "s.yaml:6", "not valid YAML"),
        ("- a\n- b\n", "s.yaml:1", "the file holds a list and no sections"),
        ("Versuch\n", "s.yaml:1", "the file holds “Versuch” and no sections"),
        ("", "s.yaml", "the file is empty"),
        ("# nur ein Kommentar\n", "s.yaml", "the file is empty"),
        (LEAST + "key: " + "[" * 100_000, "s.yaml:5", "nested too deeply"),
        (LEAST + "key: [" + "1, " * 30_000 + "]", "s.yaml:5", "too many entries"),
        (LEAST + '"\\Uffffffff": 1\n', "s.yaml", "not valid YAML"),
    ],
)
def test_a_fault_names_its_place(text: str, place: str, wrong: str) -> None:
    found = faults(text)
    assert any(line.startswith(f"{place}: ") and wrong in line for line in found), found


@pytest.mark.parametrize(
    ("content", "place", "wrong"),
    [
        (LEAST.replace("Versuch", "Prüfung").encode("latin-1"), "s.yaml:1", "not in UTF-8"),
        (LEAST.encode() + b"description: a\0b\n", "s.yaml:5", "control character"),
        (b"PK\x03\x04\x14", "s.yaml:1", "control character"),
    ],
)
def test_a_file_that_is_no_text_is_a_fault(content: bytes, place: str, wrong: str) -> None:
    assert [line.startswith(f"{place}: ") and wrong in line for line in faults(content)] == [True]


def test_a_large_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_bytes(LEAST.encode() + b"#" * 1_000_000)
    with pytest.raises(InputError, match=r"the file is too large"):
        load_scenario(path)


def test_a_missing_file_and_a_folder_are_faults(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        load_scenario(tmp_path / "s.yaml")
    with pytest.raises(InputError, match="is a folder and no file"):
        load_scenario(tmp_path)


def test_all_faults_are_told_at_once_in_the_order_of_the_file() -> None:
    found = faults(
        "name: [1]\ncounty: 05558-coesfeld\nki_share: {minimum: 2}\nlayers:\n"
        "  - posts: {total: no, steps: 1}\n  - posts: {total: 1.3}\n  - posts: {total: 1}\n"
        "    districts: {minimum: 9}\n"
    )
    assert [line.split(": ")[0] for line in found] == [
        "s.yaml:1, name",
        "s.yaml:3, ki_share.minimum",
        "s.yaml:5, layers[0].posts.total",
        "s.yaml:5, layers[0].posts.steps",
        "s.yaml:6, layers[1].posts.total",
        "s.yaml:8, layers[2].districts.minimum",
    ]


def test_a_list_with_a_faulty_entry_is_not_also_called_too_short() -> None:
    assert len(faults(layer("employers: [{id: [ki]}]"))) == 1


def test_a_lost_leading_zero_is_repaired_and_reported() -> None:
    scenario = read(
        layer(
            "municipalities:\n  together: [[5558004, 05558008]]\n  employer: {5558012: ki}\n"
            "employers: [{id: 05558004, hubs: ['5558004']}]"
        )
    )
    rules = scenario.layers[0]
    assert rules.municipalities.together == (("05558004", "05558008"),)
    assert rules.municipalities.employer == {"05558012": "ki"}
    assert (rules.employers[0].id, rules.employers[0].hubs) == ("05558004", ("05558004",))
    assert [(notice.line, notice.column) for notice in scenario.notices] == [
        (6, "layers[0].municipalities.together[0][0]"),
        (7, "layers[0].municipalities.employer.5558012"),
        (8, "layers[0].employers[0].hubs[0]"),
    ]
    assert "05558012" in scenario.notices[1].text("en")


def test_numbers_in_place_of_texts_stay_what_was_written() -> None:
    assert read(LEAST.replace("Versuch", "007")).name == "007"


def test_equal_scenarios_may_stand_in_different_places() -> None:
    scenario = read("# Kopf\n" + LEAST)
    assert scenario == read(LEAST)
    assert scenario.source.fault(("layers", 0, "posts"), FAULT.wrong).line == 5
    # What is not written has the line of the section in which it would stand.
    assert scenario.source.fault(("layers", 0, "visits", "block_hours"), FAULT.wrong).line == 5


FAULT = Fault("", read(LEAST).source.fault((), next(settings()).about.text).wrong)


def test_a_form_gives_plain_values() -> None:
    scenario = read(LEAST + "ki_share: {minimum: 1/3}\n")
    data = as_data(scenario)
    assert scenario_from(data) == scenario
    data["layers"][0]["posts"]["total"] = 2.5
    assert scenario_from(data).layers[0].posts.total == Fraction(5, 2)
    data["layers"][0]["posts"]["total"] = float("nan")
    with pytest.raises(InputError, match=r"^, layers\[0\]\.posts\.total: “nan” is not a number"):
        scenario_from(data)


def test_a_form_may_give_a_plan() -> None:
    scenario = read(layer("plan: [{employer: ki, municipalities: [Olfen]}]"))
    assert scenario_from(as_data(scenario)) == scenario


def test_every_setting_says_what_it_means() -> None:
    found = {setting.path: setting for setting in settings()}
    assert len(found) == 78
    assert all(str(setting.about.text) for setting in found.values())
    assert found["layers[].visits.block_hours"].about.assumption
    assert found["layers[].districts.maximum"].default == 6
    assert [path for path, setting in found.items() if setting.required] == [
        "name",
        "county",
        "funding.years[].year",
        "agreements[].who",
        "agreements[].what",
        "layers[].posts.total",
        "layers[].employers[].id",
        "layers[].plan[].employer",
        "layers[].plan[].municipalities",
    ]


def read_or_refuse(content: bytes) -> tuple[Fault, ...]:
    """The faults, none for a scenario that can be read; anything but an ``InputError`` fails the test."""
    try:
        parse_scenario(content, "s.yaml")
    except InputError as error:
        return error.faults
    return ()


@limits(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    assert read_or_refuse(content)


PIECES = ["name: a", "county: b", "layers:", "  - posts:", "{total: 1}", "  ", "- ", "[", "]", "{", "}", ": ", ", "]
PIECES += ["&x ", "*x", "!t ", ">-", "'", '"', "\\U0010ffff", "# c", "<<"]
PIECES += ["%YAML 1.1", "---", "...", "|", "\n", "\t", "?", "ä", "\r\n", "\x85", "\u2028", "\ufeff", "1e5", "@", "`"]


@limits(deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_any_text_is_read_or_refused(text: str) -> None:
    assert all(fault.file == "s.yaml" and fault.text("en") for fault in read_or_refuse((text + LEAST).encode()))
