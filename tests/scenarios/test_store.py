from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from files.faults import InputError
from files.typed import invisible
from scenarios.rendering import rendered
from scenarios.scenario import load_scenario, parse_scenario, scenario_from
from scenarios.schema import Scenario, as_data
from scenarios.store import ConflictError, file_name, free_path, list_scenarios, save_scenario

TEXT = """\
# Kopf
name: Modell 1 – zentral   # Name
description: >-
  Alle sechs Stellen
  beim KI.

county: 05558-coesfeld
# Schlüssel
key: {migration_history: 1, 'population': 0.50}   # Gewichte
layers:
  # Ebene eins
  - name: "Case-Management"
    posts: {total: 6, step: 0.5}  # Stellen
    municipalities:
      together:
        - [05558004, "05558024"]   # A und L
        - [Senden, Olfen]
      employer:
        05558008: ki   # Billerbeck
        05558012: awo
    employers:
      - id: ki   # das KI
        # höchstens
        maximum: 6

      # die Wohlfahrt
      - {id: awo, maximum: 1.0}   # AWO
  # Ebene zwei
  - name: Zwei
    posts:
      total: 1/2   # halb
    plan:
      - {employer: ki, municipalities: [Olfen]}
# Ende
"""


def changed(data: dict[str, Any]) -> str:
    """The file after saving the scenario that ``data`` states."""
    scenario = scenario_from(data)
    text = rendered(TEXT.encode(), scenario, "s.yaml").decode()
    assert parse_scenario(text.encode(), "s.yaml") == scenario
    return text


@pytest.fixture
def data() -> dict[str, Any]:
    found: dict[str, Any] = as_data(parse_scenario(TEXT.encode(), "s.yaml"))
    return found


def replaced(*pairs: tuple[str, str]) -> str:
    text = TEXT
    for old, new in pairs:
        assert text.count(old) == 1
        text = text.replace(old, new)
    return text


def test_an_unchanged_scenario_leaves_the_file_as_it_is(data: dict[str, Any]) -> None:
    assert changed(data) == TEXT


def test_only_the_changed_value_is_written_anew(data: dict[str, Any]) -> None:
    data["layers"][0]["posts"]["total"] = 4
    data["layers"][1]["posts"]["total"] = "1/3"
    data["layers"][1]["posts"]["step"] = "1/3"
    data["layers"][0]["employers"][0]["maximum"] = 5.5
    assert changed(data) == replaced(
        ("total: 6", "total: 4"), ("1/2   # halb", "1/3   # halb\n      step: 1/3"), ("maximum: 6", "maximum: 5.5")
    )


def test_values_by_municipality_are_changed_where_they_stand() -> None:
    text = TEXT.replace("layers:\n", "presence: {hours: 4, Olfen: 8}   # Annahme\nlayers:\n", 1).replace(
        "      together:",
        "      minimum_hours:\n        default: 1   # alle\n        Olfen: 2   # weit\n      together:",
    )
    data = as_data(parse_scenario(text.encode(), "s.yaml"))
    data["presence"]["Olfen"] = 6
    data["layers"][0]["municipalities"]["minimum_hours"]["Olfen"] = 3
    assert rendered(text.encode(), scenario_from(data), "s.yaml").decode() == text.replace(
        "Olfen: 8", "Olfen: 6"
    ).replace("Olfen: 2", "Olfen: 3")
    data["presence"] = {"hours": 4, "Senden": 1}
    data["layers"][0]["municipalities"]["minimum_hours"] = {"default": 1, "Olfen": 2, "Senden": 4}
    assert rendered(text.encode(), scenario_from(data), "s.yaml").decode() == text.replace(
        "Olfen: 8", "Senden: 1"
    ).replace("# weit\n", "# weit\n        Senden: 4\n")
    data["presence"] = 2
    data["layers"][0]["municipalities"]["minimum_hours"] = 1
    changed_text = rendered(text.encode(), scenario_from(data), "s.yaml").decode()
    assert "presence: 2   # Annahme\n" in changed_text
    assert "      minimum_hours: 1\n" in changed_text.replace("   # weit", "")


def test_the_order_of_names_is_written_as_it_is_a_numbering(data: dict[str, Any]) -> None:
    names = {"Nord": ["Rosendahl"], "Süd": ["Olfen"], "Mitte": ["Dülmen"]}
    text = changed(data | {"district_names": names})
    assert rendered(text.encode(), scenario_from(data | {"district_names": names}), "s.yaml").decode() == text
    other = {name: names[name] for name in ("Süd", "Nord", "Mitte")}
    after = rendered(text.encode(), scenario_from(data | {"district_names": other}), "s.yaml").decode()
    assert after == text.replace("Nord: [Rosendahl], Süd: [Olfen]", "Süd: [Olfen], Nord: [Rosendahl]") != text
    assert list(parse_scenario(after.encode(), "s.yaml").district_names) == list(other)


def test_what_the_second_edition_has_is_written_as_a_file_says_it(data: dict[str, Any]) -> None:
    data["presence"] = {"hours": 4, "Olfen": 8}
    data["not_taking_part"] = {"Senden": "Ratsbeschluss vom 3. März", "Nottuln": ""}
    data["yardstick"]["posts"] = 12
    data["reference_plan"] = "heute.csv"
    data["changes"]["maximum_municipalities"] = 2
    data["district_names"] = {"Nord": ["Rosendahl", "Billerbeck"]}
    data["papers"] = {"number": "SV-1", "reasons": "Erstens.\n\nZweitens: so."}
    data["existing_services"]["most"] = None
    text = changed(data)
    assert text == replaced(
        (
            "# Gewichte\n",
            "# Gewichte\n"
            "existing_services: {most: null}\n"
            "presence: {hours: 4, Olfen: 8}\n"
            'not_taking_part: {Senden: Ratsbeschluss vom 3. März, Nottuln: ""}\n'
            "yardstick: {posts: 12}\n"
            "reference_plan: heute.csv\n"
            "changes: {maximum_municipalities: 2}\n"
            "district_names: {Nord: [Rosendahl, Billerbeck]}\n"
            "papers:\n  number: SV-1\n  reasons: |-\n    Erstens.\n\n    Zweitens: so.\n",
        )
    )
    again = as_data(parse_scenario(text.encode(), "s.yaml"))
    again["not_taking_part"] = ["Senden"]
    again["papers"]["reasons"] = "Drittens."
    again["papers"]["decision"] = "Der Ausschuss\nbeschließt."
    mended = rendered(text.encode(), scenario_from(again), "s.yaml").decode()
    assert parse_scenario(mended.encode(), "s.yaml") == scenario_from(again)
    assert "not_taking_part: [Senden]\n" in mended
    assert "  reasons: Drittens.\n  decision: |-\n    Der Ausschuss\n    beschließt.\nlayers:" in mended
    assert mended.startswith("# Kopf\n")
    del again["not_taking_part"], again["yardstick"], again["papers"]
    assert rendered(mended.encode(), scenario_from(again), "s.yaml").startswith(b"# Kopf\n")


def test_a_long_description_keeps_its_lines(data: dict[str, Any]) -> None:
    data["description"] = "Erstens: so.\n\n- Zweitens # anders"
    old = ">-\n  Alle sechs Stellen\n  beim KI.\n"
    assert changed(data) == replaced((old, "|-\n  Erstens: so.\n\n  - Zweitens # anders\n"))


def test_a_new_section_stands_where_the_schema_has_it(data: dict[str, Any]) -> None:
    data["ki_share"]["minimum"] = "2/5"
    data["layers"][0]["districts"]["maximum"] = 4
    assert changed(data) == replaced(
        ("# Gewichte\n", "# Gewichte\nki_share: {minimum: 0.4}\n"),
        ("# Stellen\n", "# Stellen\n    districts: {maximum: 4}\n"),
    )


def test_an_employer_is_added_and_removed_without_its_neighbours_comments(data: dict[str, Any]) -> None:
    employers = data["layers"][0]["employers"]
    del employers[1]
    employers.append({"id": "05558012", "hubs": ["05558012"], "base": "office"})
    new = '      - {id: "05558012", base: office, hubs: ["05558012"]}\n'
    assert changed(data) == replaced(
        ("maximum: 6\n", "maximum: 6\n" + new), ("      - {id: awo, maximum: 1.0}   # AWO\n", "")
    )
    del employers[1]
    assert changed(data) == replaced(("      - {id: awo, maximum: 1.0}   # AWO\n", ""))
    employers.append({"id": "awo", "maximum": 1})
    employers.append({"id": "drk"})
    assert changed(data) == replaced(("# AWO\n", "# AWO\n      - {id: drk}\n"))


def test_keys_of_a_section_are_added_and_removed(data: dict[str, Any]) -> None:
    data["layers"][0]["municipalities"]["employer"] = {"05558012": "awo", "Olfen": "ki"}
    data["key"] = {"migration_history": 1, "foreigners": 2}
    assert changed(data) == replaced(
        ("        05558008: ki   # Billerbeck\n", ""),
        ("05558012: awo\n", "05558012: awo\n        Olfen: ki\n"),
        ("{migration_history: 1, 'population': 0.50}", "{migration_history: 1, foreigners: 2}"),
    )


def test_rules_may_become_a_plan_and_a_plan_rules(data: dict[str, Any]) -> None:
    del data["layers"][1]["plan"]
    data["layers"][1]["districts"] = {"minimum": 1}
    text = changed(data)
    assert "plan" not in text
    assert text.endswith("total: 1/2   # halb\n    districts: {minimum: 1}\n# Ende\n")


def test_a_layer_is_removed_and_added(data: dict[str, Any]) -> None:
    first, second = data["layers"]
    data["layers"] = [second]
    assert changed(data).count("# Ebene zwei") == 1
    data["layers"] = [first, second, {"posts": {"total": 1}, "name": "Drei", "employers": [{"id": "drk"}]}]
    new = "  - name: Drei\n    posts: {total: 1}\n    employers:\n      - {id: drk}\n"
    assert changed(data) == replaced(("[Olfen]}\n", "[Olfen]}\n" + new))


def test_marks_and_line_ends_of_windows_stay() -> None:
    content = b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode()
    scenario = parse_scenario(content, "s.yaml")
    other = scenario_from({**as_data(scenario), "name": "Neu"})
    assert rendered(content, other, "s.yaml") == content.replace("Modell 1 – zentral".encode(), b"Neu")


def test_a_new_file_says_only_what_is_not_a_default(tmp_path: Path) -> None:
    scenario = scenario_from({"name": "ja", "county": "05558-x", "layers": [{"posts": {"total": 6, "step": 0.5}}]})
    saved = save_scenario(tmp_path / "s.yaml", scenario, digest=None)
    assert saved == scenario
    assert (tmp_path / "s.yaml").read_text("utf-8") == ("name: ja\ncounty: 05558-x\nlayers:\n  - posts: {total: 6}\n")


def test_a_rare_form_of_yaml_loses_comments_and_no_value() -> None:
    content = b"# Kopf\n{reference_plan, name: a, county: b, layers: [{posts: {total: 1}}]}\n"
    scenario = scenario_from({**as_data(parse_scenario(content, "s.yaml")), "reference_plan": "c.yaml"})
    assert parse_scenario(rendered(content, scenario, "s.yaml"), "s.yaml") == scenario


def test_an_empty_value_is_filled_behind_its_colon(data: dict[str, Any]) -> None:
    data["layers"][0]["visits"]["block_hours"] = 5
    empty = TEXT.replace("    municipalities:\n", "    visits:   # wie lange\n    # wer\n    municipalities:\n")
    filled = rendered(empty.encode(), scenario_from(data), "s.yaml").decode()
    assert filled == empty.replace("visits:   #", "visits: {block_hours: 5}   #")


# What may be written in a scenario, to be written into any other.
SEEN = st.characters(exclude_categories=["C", "Zl", "Zp"]).filter(lambda character: invisible(character) is None)
NAMES = st.text(SEEN, min_size=1, max_size=12).filter(str.strip)
TOWNS = st.sampled_from(["05558004", "05558008", "Olfen", "Bad Ems: 1", "null", "1e5"])
POSTS = st.sampled_from([Fraction(1, 2), Fraction(1), Fraction(7, 2)])
EMPLOYERS = st.builds(
    lambda id, maximum, hubs, base: {"id": id, "maximum": maximum, "hubs": hubs, "base": base},
    TOWNS | st.just("ki"),
    st.none() | POSTS,
    st.none() | st.lists(TOWNS, min_size=1, max_size=2),
    st.sampled_from(["district", "office"]),
)
HOURS = st.sampled_from([0, 2.5, 4])
LINES = st.lists(NAMES | st.just("  x"), max_size=3).map("\n".join)
LAYERS = st.builds(
    lambda name, total, hours, together, fixed, employers, rest: {
        "name": name,
        "posts": {"total": total},
        "municipalities": {"minimum_hours": hours, "together": together, "employer": fixed},
        "employers": employers,
        **rest,
    },
    st.sampled_from(["Case-Management", "Zwei", "#3"]),
    POSTS,
    HOURS | st.dictionaries(TOWNS | st.just("default"), HOURS, max_size=2),
    st.lists(st.lists(TOWNS, min_size=2, max_size=3), max_size=2),
    st.dictionaries(TOWNS, TOWNS, max_size=3),
    st.lists(EMPLOYERS, min_size=1, max_size=3),
    st.sampled_from(
        [{}, {"districts": {"minimum": 2, "connected": False, "max_drive_minutes": None}}]
        + [
            {"plan": [{"employer": "ki", "municipalities": ["Olfen", "05558004"], "fte": fte}] * 2}
            for fte in (None, 0.1)
        ]
    ),
)
SCENARIOS = st.builds(
    lambda name, description, key, layers, rest: scenario_from(
        {"name": name, "description": description, "county": "x", "key": key, "layers": layers, **rest}
    ),
    NAMES,
    LINES,
    st.dictionaries(NAMES.map(str.strip), st.floats(0.001, 1000), min_size=1, max_size=3),
    st.lists(LAYERS, max_size=3),
    st.fixed_dictionaries(
        {},
        optional={
            "existing_services": st.sampled_from([{"most": None}, {"most": 2, "credit": 0.5}]),
            "presence": HOURS | st.dictionaries(TOWNS | st.just("hours"), HOURS, max_size=2),
            "not_taking_part": st.lists(TOWNS, max_size=2) | st.dictionaries(TOWNS, LINES, max_size=2),
            "yardstick": st.sampled_from([None, {"posts": 12}, {"hours_per_1000": 7.5}]),
            "reference_plan": st.sampled_from([None, "andere.yaml", "heute.csv"]),
            "district_names": st.dictionaries(
                NAMES.map(str.strip), st.lists(TOWNS, min_size=1, max_size=2), max_size=2
            ),
            "papers": st.dictionaries(NAMES.map(str.strip), LINES, max_size=2),
        },
    ),
)


OTHERWISE = """\
---
layers:   # ohne Einrückung
- posts:   # Stellen

    total:
      6
  visits:   # nichts
  municipalities:
    # Paare
    together:
    - - Olfen   # eins
      # dazwischen
      - "Senden"
    - [Olfen,
       Senden]
    employer: {Olfen: ki,   # so
      Senden: awo}
  plan:
  - # leer - und ein Strich
    employer: ki
    municipalities:
    - Olfen
    # ende - der Liste

? county
: 'x'
description: |

  a: b

name: >
  gefaltet
  # kein Kommentar
key:
  # Gewichte
  "population": 1   # eins
...
"""


@settings(deadline=None, max_examples=20)
@given(st.lists(SCENARIOS, min_size=2, max_size=3))
def test_what_is_saved_is_read_again(scenarios: list[Scenario]) -> None:
    for content in (
        None,
        TEXT.encode(),
        OTHERWISE.encode(),
        b'{"name": "a", "county": "b", "layers": [{"posts": {"total": 1}}]}',
    ):
        for scenario in scenarios:
            content = rendered(content, scenario, "s.yaml")
            assert parse_scenario(content, "s.yaml") == scenario


def test_a_change_of_somebody_else_is_a_conflict(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(TEXT, "utf-8")
    first, second = load_scenario(path), load_scenario(path)
    theirs = save_scenario(path, scenario_from({**as_data(first), "name": "Erste"}), digest=first.source.digest)
    mine = scenario_from({**as_data(second), "name": "Zweite"})
    with pytest.raises(ConflictError) as caught:
        save_scenario(path, mine, digest=second.source.digest)
    conflict = caught.value
    assert (conflict.mine, conflict.theirs, conflict.path) == (mine, theirs, path)
    assert load_scenario(path).name == "Erste"
    save_scenario(path, mine, digest=conflict.digest)
    assert load_scenario(path).name == "Zweite"


def test_a_new_scenario_replaces_none(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text("kein: Szenario\n", "utf-8")
    scenario = parse_scenario(TEXT.encode(), "s.yaml")
    with pytest.raises(ConflictError) as caught:
        save_scenario(path, scenario, digest=None)
    assert caught.value.theirs is None
    path.unlink()
    with pytest.raises(ConflictError) as caught:
        save_scenario(path, scenario, digest=scenario.source.digest)
    assert caught.value.digest is None


def test_a_file_is_never_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(TEXT, "utf-8")
    scenario = load_scenario(path)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(InputError, match="cannot be written"):
        save_scenario(path, scenario_from({**as_data(scenario), "name": "Neu"}), digest=scenario.source.digest)
    assert sorted(file.name for file in tmp_path.rglob("*") if file.is_file()) in (["s.yaml"], [".lock", "s.yaml"])
    assert path.read_text("utf-8") == TEXT


def test_what_could_not_be_read_again_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(TEXT, "utf-8")
    scenario = load_scenario(path)
    long = scenario_from({**as_data(scenario), "description": "\n".join(["x" * 1000] * 300)})
    with pytest.raises(InputError, match="the file is too large"):
        save_scenario(path, long, digest=scenario.source.digest)
    assert sorted(file.name for file in tmp_path.rglob("*") if file.is_file()) in (["s.yaml"], [".lock", "s.yaml"])
    assert path.read_text("utf-8") == TEXT


def test_a_file_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(TEXT, "utf-8")
    path.chmod(0o640)
    scenario = load_scenario(path)
    save_scenario(path, scenario_from({**as_data(scenario), "name": "Neu"}), digest=scenario.source.digest)
    assert path.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("Modell 1 – zentral am KI", "modell-1-zentral-am-ki.yaml"),
        ("Grüße, Übach & Co.", "gruesse-uebach-co.yaml"),
        ("ÄÖÜ ẞ é ﬁ", "aeoeue-ss-e-fi.yaml"),
        ("../../etc/passwd", "etc-passwd.yaml"),
        ("C:\\con", "c-con.yaml"),
        ("CON", "szenario-con.yaml"),
        ("...", "szenario.yaml"),
        ("東京", "szenario.yaml"),
        ("x" * 300, "x" * 60 + ".yaml"),
        ("x" * 59 + " – Zahlen vom 31.12.2025", "x" * 49 + "-31-12-2025.yaml"),
        (
            f"Modell 1 – {'Bezirke ' * 5}– Zahlen vom 31.12.2025",
            "modell-1-bezirke-bezirke-bezirke-bezirke-bezirke-31-12-2025.yaml",
        ),
        ("7" * 300, "7" * 60 + ".yaml"),
    ],
)
def test_a_file_name_is_safe(name: str, file: str) -> None:
    assert file_name(name) == file


def test_a_free_path_is_nobody_elses(tmp_path: Path) -> None:
    assert free_path(tmp_path, "A") == tmp_path / "a.yaml"
    (tmp_path / "a.yaml").touch()
    (tmp_path / "a-2.yaml").symlink_to("nowhere")
    assert free_path(tmp_path, "A") == tmp_path / "a-3.yaml"


def test_a_list_has_faulty_scenarios_too(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text(TEXT, "utf-8")
    (tmp_path / "a.yaml").write_text("name: [", "utf-8")
    (tmp_path / ".c.yaml").touch()
    (tmp_path / "d.txt").touch()
    listed = list_scenarios(tmp_path)
    assert [(item.path.name, item.scenario is None, bool(item.faults)) for item in listed] == [
        ("a.yaml", True, True),
        ("b.yaml", False, False),
    ]
