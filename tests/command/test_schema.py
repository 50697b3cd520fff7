"""``kim schema`` prints the schemas in the language asked for, or writes them to a file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from command.main import main
from scenarios.json_schema import scenario_schema
from wording.result_form import result_schema


def test_the_schemas_are_printed_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "result"]) == 0
    assert json.loads(capsys.readouterr().out) == result_schema("de")
    file = tmp_path / "scenario.json"
    assert main(["schema", "scenario", "--lang", "en", "--out", str(file)]) == 0
    assert json.loads(file.read_text("utf-8")) == scenario_schema("en")
    assert main(["schema", "result", "--out", str(tmp_path)]) == 2
    assert str(tmp_path) in capsys.readouterr().err
