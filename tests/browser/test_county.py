"""A county from nothing to its plan, without the command line."""

from __future__ import annotations

from pathlib import Path

from browser.screen import Screen
from geodata import COUNTIES
from geodata.county import load_county
from geodata.official.uploaded import official_table

WHICH = "Name or key of the county (not needed where the figures are of one alone)"
POSTS = "Posts (FTE) that are to be placed there"


def _hand_in(screen: Screen, slot: str, file: Path) -> None:
    box = f"[class*=st-key-county-upload-{slot}] input[type=file]"
    screen.act(lambda: screen.all(box)[0].send_keys(str(file)), file.name)
    screen.says(file.name)
    screen.still()


def _check(screen: Screen, which: str) -> None:
    screen.type(WHICH, which)
    screen.still()
    screen.click("Check and look at it")


def test_a_county_is_built_looked_at_saved_and_planned_in_the_browser(
    screen: Screen, tmp_path: Path, data_directory: Path
) -> None:
    figures = tmp_path / "olpe.csv"
    figures.write_bytes(official_table(load_county(COUNTIES / "05966-olpe")))
    screen.open_whole("data")
    screen.unfold("Add a county")
    screen.click("From files of your own")
    screen.says("Check and look at it")
    _hand_in(screen, "figures", figures)
    _hand_in(screen, "boundaries", COUNTIES / "05966-olpe" / "boundaries.geojson")
    _check(screen, "Olpre")
    screen.says("there is no county “Olpre”")
    # Nothing that was handed in is lost, and of the fault nothing is left.
    _check(screen, "Olpe")
    screen.says("Kreis Olpe: 7 municipalities")
    screen.until_it(lambda: "there is no county" not in screen.text())
    screen.until("document.querySelector('img[alt=\"Municipalities of Kreis Olpe\"]').naturalWidth > 0")
    screen.type("Name of the data set", "Olpe – Probe")
    screen.click("Save this county")
    screen.says("“Olpe – Probe” is saved.")
    assert (data_directory / "counties" / "05966-olpe-probe-2022-05-15" / "travel.csv").exists()
    # The page is as far down as it was, and the field may be under its head.
    screen.act(lambda: screen.run("arguments[0].scrollIntoView({block: 'center'})", screen.field(POSTS)))
    screen.type(POSTS, "3")
    screen.click("Make a first scenario and open it")
    screen.map(7)
    screen.address("scenario=saved%2Fkreis-olpe-3-posts")
