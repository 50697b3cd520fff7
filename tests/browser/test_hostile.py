"""Text that is code elsewhere stays text on every page: in names of municipalities, services and scenarios."""

from __future__ import annotations

import csv
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from browser.screen import Screen
from exploring.question import Question
from geodata import COUNTIES
from scenarios import SCENARIOS

ASCHEBERG, DUELMEN, LUEDINGHAUSEN = "05558004", "05558016", "05558024"
NAMES = {
    ASCHEBERG: '<img src=x onerror="window.kimHurt=1">',
    "05558008": "${window.kimHurt=2}${alert(1)}",
    "05558012": "[Ort](javascript:window.kimHurt=3) ![Bild](http://127.0.0.1:9/b.png)",
    DUELMEN: "**fett** _schräg_ :red[rot] $x^2$ :red ~~weg~~ `c`",
    "05558020": "<script>window.kimHurt=4</script>",
    LUEDINGHAUSEN: '"\'></path><svg onload="window.kimHurt=5">',
    # Served worst, and so in a key figure.
    "05558028": "![Bild](http://127.0.0.1:9/c.png) {{kimHurt}} {0} {name} %(name)s",
}
SCENARIO = "Böse <img src=x onerror=window.kimHurt=6> ${alert(6)} [x](javascript:alert(7)) **b** :blue[c] $y$"
#: Where such text would have become an element.
INJECTED = """
const found = ["img[src=x]", "img[src*=png]", "a[href^=javascript]", "svg[onload]", ".katex", "section em"];
const scripts = [...document.scripts].filter((script) => script.textContent.includes("kimHurt"));
const fetched = performance.getEntriesByType("resource").map((one) => one.name);
return [
  ...scripts.map((script) => script.outerHTML),
  ...found.filter((one) => document.querySelector(one) !== null),
  ...fetched.filter((address) => new URL(address).host !== location.host),
];
"""

#: All text of the page but labels that a chart has shortened.
TEXT = """
const page = document.body.cloneNode(true);
for (const label of page.querySelectorAll("svg text")) if (label.textContent.endsWith("…")) label.remove();
return page.textContent;
"""


@pytest.fixture(scope="module")
def hostile(data_directory: Path) -> Iterator[str]:
    """A saved scenario with a county of its own."""
    county = data_directory / "counties" / "05558-boese-2025-01-01"
    shutil.copytree(COUNTIES / "05558-coesfeld", county)
    _rewrite(county / "municipalities.csv", {ags: {"name": name} for ags, name in NAMES.items()}, key="ags")
    service = {LUEDINGHAUSEN: {"name": NAMES[ASCHEBERG], "provider": NAMES[DUELMEN]}}
    _rewrite(county / "services.csv", service, key="seat")
    text = (SCENARIOS / "modell-1-zentral.yaml").read_text(encoding="utf-8")
    for key, value in (("name", SCENARIO), ("description", SCENARIO), ("county", f"../counties/{county.name}")):
        line = next(line for line in text.splitlines() if line.startswith(f"{key}: "))
        text = text.replace(line, f"{key}: {json.dumps(value)}")
    path = data_directory / "scenarios" / "boese.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    others = _put_what_is_no_file(data_directory)
    yield "saved/boese"
    path.unlink()
    shutil.rmtree(county)
    for other in others:
        other.rmdir() if other.is_dir() else other.unlink()


def _put_what_is_no_file(folder: Path) -> list[Path]:
    """What hung or broke every page: names that are no text, a pipe, a link that leads nowhere, a folder."""
    names = [os.fsdecode(b"caf\xe9.yaml"), "pipe.yaml", "link.yaml", "folder.yaml", os.fsdecode(b"caf\xe9.csv")]
    empty, pipe, link, inner, table = (folder / "scenarios" / name for name in names)
    county = folder / "counties" / os.fsdecode(b"k\xe4se")
    empty.touch()
    table.touch()
    os.mkfifo(pipe)
    link.symlink_to("nowhere")
    inner.mkdir()
    county.mkdir()
    return [empty, pipe, link, inner, table, county]


def _rewrite(file: Path, changes: dict[str, dict[str, str]], *, key: str) -> None:
    with file.open(encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source))
    with file.open("w", encoding="utf-8", newline="") as target:
        table = csv.DictWriter(target, list(rows[0]))
        table.writeheader()
        table.writerows({**row, **changes.get(row[key], {})} for row in rows)


def _harmless(screen: Screen) -> None:
    screen.still()
    text = screen.run(TEXT)
    # Wherever they stand, they stand there letter by letter.
    for whole, part in ((NAMES[DUELMEN], "fett"), (SCENARIO, "Böse")):
        assert text.count(whole) == text.count(part)
    assert screen.run("return window.kimHurt") is None
    assert screen.run(INJECTED) == []


def _named(screen: Screen, names: list[str]) -> None:
    """Waits until the page has all names, letter by letter, in texts, fields or tables."""

    def missing() -> list[str]:
        fields = screen.run("return [...document.querySelectorAll('input')].map(field => field.value)")
        seen = "\n".join([screen.run("return document.body.textContent"), *fields])
        return [name for name in names if name not in seen]

    screen.until_it(lambda: not missing(), str(names))
    _harmless(screen)


def test_plan_page_shows_names_as_they_are(screen: Screen, hostile: str) -> None:
    screen.open_whole(scenario=hostile, drives="1", services="1")
    screen.map()
    _named(screen, [*NAMES.values(), SCENARIO])
    for ags, name in NAMES.items():
        screen.point_at(ags)
        screen.until(f"document.querySelector('.leaflet-tooltip')?.innerText.startsWith({json.dumps(name)})")
    screen.click_on(ASCHEBERG)
    screen.says(f"Why is {NAMES[ASCHEBERG]} here?")
    _harmless(screen)


def test_comparison_shows_names_as_they_are(screen: Screen, hostile: str) -> None:
    screen.open_whole("compare", compare=f"modell-2-wohlfahrt,{hostile}", municipality=ASCHEBERG, open="towns,changes")
    screen.map(shapes=22)
    _named(screen, [*NAMES.values(), SCENARIO])
    screen.until("document.querySelector('[data-testid=stVegaLiteChart] svg') !== null")
    _harmless(screen)


def test_plan_made_by_hand_shows_names_as_they_are(screen: Screen, hostile: str) -> None:
    screen.open_whole("whatif", scenario=hostile, municipality=ASCHEBERG)
    screen.map()
    _named(screen, [*NAMES.values(), SCENARIO])
    screen.take("2")
    screen.click_on(ASCHEBERG)
    screen.says("1 change kept")
    screen.take("pin")
    screen.click_on(ASCHEBERG)
    screen.says(f"pinned: {NAMES[ASCHEBERG]}")
    screen.click("Save …")
    screen.says("is in another district: " + NAMES[ASCHEBERG])
    _harmless(screen)


@pytest.mark.parametrize("question", ["alternatives", "rank", "sensitivity", "why"])
def test_answers_show_names_as_they_are(screen: Screen, hostile: str, question: str) -> None:
    screen.open_whole("explore", scenario=hostile, question=question, municipality=ASCHEBERG)
    _named(screen, [SCENARIO] if question == Question.RANK else [NAMES[ASCHEBERG], SCENARIO])
    if question not in ("rank", "sensitivity"):
        screen.map()
    if question not in ("prices", "why"):
        screen.until("document.querySelector('[data-testid=stVegaLiteChart] :is(canvas, svg)') !== null")
    _harmless(screen)


def test_form_shows_names_as_they_are(screen: Screen, hostile: str) -> None:
    screen.open_whole("rules", scenario=hostile)
    screen.map()
    screen.unfold("Name, county, description")
    screen.until_it(lambda: screen.field("Description").text == SCENARIO)
    _named(screen, [*NAMES.values(), SCENARIO])


def test_data_and_method_show_names_as_they_are(screen: Screen, hostile: str) -> None:
    screen.open_whole("data", county="../counties/05558-boese-2025-01-01")
    _named(screen, list(NAMES.values()))
    screen.click("Services")
    _named(screen, [NAMES[ASCHEBERG], NAMES[DUELMEN]])
    screen.open_whole("method", scenario=hostile)
    _named(screen, [SCENARIO])


def test_scenario_is_given_such_a_name(screen: Screen, data_directory: Path) -> None:
    screen.open_whole("rules")
    screen.click("Save")
    screen.type("Save under the name", SCENARIO)
    screen.click("Save as a new scenario")
    screen.says(f"Saved as “{SCENARIO}”.")
    screen.address("scenario=saved%2F")
    _named(screen, [SCENARIO])
    saved = [file for file in (data_directory / "scenarios").iterdir() if file.stem.startswith("boese-img")]
    assert len(saved) == 1
    saved[0].unlink()
