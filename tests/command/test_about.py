"""``kim about``: what the planner is made of, and the licences of all of it."""

from __future__ import annotations

import json

from cyclonedx.model.bom import Bom
from running import run

from wording.about import packages, plain, planner_version
from wording.bill_of_materials import licences_of_all


def test_bill_of_materials_is_valid_complete_and_the_same_each_time() -> None:
    done = run("about", "--sbom", "-")
    assert done.status == 0
    made = json.loads(done.out)
    opened = Bom.from_json(made)
    assert opened.validate()
    assert {part.name for part in opened.components} >= {plain(package.name) for package in packages()}
    versions = {part["name"]: part["version"] for part in made["components"]}
    assert {plain(package.name): package.version for package in packages()}.items() <= versions.items()
    assert versions["leaflet"]
    assert made["metadata"]["component"]["version"] == planner_version()
    # Everything is needed by something, and what is needed is listed.
    listed = {part["bom-ref"] for part in made["components"]}
    needed = {part for one in made["dependencies"] for part in one["dependsOn"]}
    assert needed == listed
    assert run("about", "--sbom", "-").out == done.out


def test_licences_name_every_package_and_carry_texts() -> None:
    text = licences_of_all()
    assert all(f"{package.name} {package.version}: " in text for package in packages())
    assert "EUROPEAN UNION PUBLIC LICENCE" in text
    assert text.count("Permission is hereby granted, free of charge") > 10


def test_about_tells_version_and_solver() -> None:
    told = run("about", "--lang", "en").out
    assert f"KIM-Planer {planner_version()} (EUPL-1.2)" in told
    assert "Solver: CBC" in told
