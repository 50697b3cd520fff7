"""What an administration deploys with holds together: options, settings and versions are those of the program."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from access.roles import Right
from command.parser import parser
from serving.settings import settings_in
from translation import LANGUAGES, translate
from wording.about import OWN_LICENCE
from wording.accessibility import reporting

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"


def _yaml(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = YAML(typ="safe").load(path)
    return found


def _entrypoint() -> list[str]:
    found = re.search(r"^ENTRYPOINT (\[.*\])$", (ROOT / "Containerfile").read_text("utf-8"), re.MULTILINE)
    assert found is not None
    command: list[str] = json.loads(found[1])
    return command


def test_every_way_to_start_is_one_that_the_command_knows() -> None:
    compose = _yaml(DEPLOY / "compose.yaml")["services"]
    unit = re.search(r"^ExecStart=\S+/(kim .*)$", (DEPLOY / "kim-planer.service").read_text("utf-8"), re.MULTILINE)
    assert unit is not None
    for command in ([*_entrypoint(), *compose["planner"]["command"]], shlex.split(unit[1])):
        assert command[0] == "kim"
        options = parser().parse_args(command[1:])
        assert options.run == "app"
        # Who comes in decides a proxy or a login, and nobody looks at a browser there.
        assert options.no_browser
        assert options.no_token


def test_the_settings_for_trying_are_settings_and_their_people_have_rights() -> None:
    settings = settings_in(DEPLOY / "settings-for-trying.yaml")
    assert settings.login is not None
    assert (DEPLOY / "Caddyfile").read_text("utf-8").count(settings.login.address) == 1
    claims = re.findall(r'"--user-claims", ("\{.*?\}")', (DEPLOY / "Containerfile.login").read_text("utf-8"))
    people = [json.loads(json.loads(one)) for one in claims]
    given = [set(person.get("roles", [])) for person in people]
    wanted = settings.login.rights
    assert [set(wanted[right]) for right in (Right.PLAN, Right.ADMINISTER)] == given[1:]


def test_what_is_mounted_and_built_is_there() -> None:
    for service in _yaml(DEPLOY / "compose.yaml")["services"].values():
        if "build" in service:
            assert (ROOT / service["build"]["dockerfile"]).is_file()
        for volume in service.get("volumes", []):
            source = volume.partition(":")[0]
            assert not source.startswith(".") or (DEPLOY / source).is_file()


def test_publiccode_says_what_the_package_says() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    told = _yaml(ROOT / "publiccode.yml")
    assert told["softwareVersion"] == project["version"]
    assert told["legal"]["license"] == OWN_LICENCE == project["license"]
    assert set(told["localisation"]["availableLanguages"]) == set(LANGUAGES) == set(told["description"])
    for text in told["description"].values():
        # As the standard has it.
        assert len(text["shortDescription"]) <= 150
        assert 150 <= len(text["longDescription"]) <= 10_000


def test_the_page_on_accessibility_says_what_the_settings_say(tmp_path: Path) -> None:
    file = tmp_path / "settings.yaml"
    file.write_text("accessibility: {feedback: barriere@kreis.example, operator: Kreis Probe}\n", encoding="utf-8")
    settings = settings_in(file)
    told = translate(reporting(settings.feedback, settings.operator), "de")
    assert told.startswith("Kreis Probe betreibt diese Anwendung.")
    assert told.endswith("barriere@kreis.example")
    assert settings.enforcement is None
