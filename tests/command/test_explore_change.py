"""``kim explore change``: from which districts, what is told of each change, and what cannot be a reference."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from running import SMALL, plan_csv, run

TABLE = "municipality,district\nAdorf,Nord\nBestadt,Nord\nCehausen,Süd\nDekirchen,Süd\n"


def test_changes_from_a_list_of_districts(small: Callable[[str], Path], tmp_path: Path) -> None:
    path, table, file = small(SMALL), plan_csv(tmp_path, TABLE), tmp_path / "answer.json"
    shown = run("explore", "change", path, "--reference", table, "--lang", "en", "--json", file)
    assert (shown.status, shown.err) == (0, "")
    found = json.loads(file.read_text("utf-8"))
    assert found["status"] == "proven"
    assert [one["name"] for one in found["reference"]["districts"]] == ["Nord", "Süd"]
    numbers = {ags: one["number"] for one in found["reference"]["districts"] for ags in one["municipalities"]}
    for point in (*found["coverage"], *found["shortfall"]):
        # Who changes is in another district than the one that its district continues.
        changing = [
            town["ags"]
            for district, continued in zip(point["plan"]["districts"], point["continued"], strict=True)
            for town in district["municipalities"]
            if numbers[town["ags"]] != continued
        ]
        assert sorted(changing) == point["municipalities"]
    assert found["recommended"] in [point["municipalities"] for point in (*found["coverage"], *found["shortfall"])]
    assert found["coverage"][-1]["lowest_coverage"] >= found["plan"]["lowest_coverage"] - 1e-9
    assert "Districts of “plan.csv” – 1 Nord: Adorf + Bestadt, 2 Süd: Cehausen + Dekirchen" in " ".join(
        shown.out.split()
    )


def test_what_cannot_be_a_reference_is_said(small: Callable[[str], Path], tmp_path: Path) -> None:
    path = small(SMALL)
    shown = run("explore", "change", path, "--reference", "modell-1-zentral", "--lang", "en")
    assert shown.status == 2
    assert "is about another county" in shown.err
    table = plan_csv(tmp_path, TABLE)
    shown = run("explore", "change", path, "--reference", table, "--reference-layer", "1", "--lang", "en")
    assert shown.status == 2
    assert "there is no layer 1" in shown.err
    # No scenario that comes with the planner is about this county.
    shown = run("explore", "change", path, "--lang", "en")
    assert shown.status == 3
    assert shown.err.startswith("No districts are known against which anything could change")
