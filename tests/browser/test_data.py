"""Figures by way of an Excel workbook: wrong cells are named and nothing is applied, right ones are shown old → new."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from browser.screen import Screen
from geodata import COUNTIES
from geodata.county import load_county
from geodata.editing.workbook_write import county_workbook

INDICATORS, SERVICES = "Indicators", "Services"
CHANGES = "Old → new, not saved yet"


@pytest.fixture(scope="module")
def workbook() -> bytes:
    """The workbook that the page offers."""
    return county_workbook(load_county(COUNTIES / "05558-coesfeld"), "en")


def _changed(workbook: bytes, file: Path, cells: dict[tuple[str, str, str], object]) -> Path:
    """The workbook with other cells: sheet, first cell of the row and heading, and the new value."""
    book = load_workbook(io.BytesIO(workbook))
    for (title, row, heading), value in cells.items():
        sheet = book[title]
        assert isinstance(sheet, Worksheet)
        column = next(cell.column for cell in sheet[1] if cell.value == heading)
        line = next(cells[0].row for cells in sheet.iter_rows() if row in [cell.value for cell in cells[:2]])
        sheet.cell(line, column).value = value  # type: ignore[union-attr]
    book.save(file)
    return file


def _upload(screen: Screen, file: Path) -> None:
    screen.unfold("Change figures in Excel: download, upload")
    screen.upload(file)


def test_wrong_cells_are_named_and_nothing_is_applied(screen: Screen, workbook: bytes, tmp_path: Path) -> None:
    wrong: dict[tuple[str, str, str], object] = {
        (INDICATORS, "Ascheberg", "people with migration history"): "many",
        (INDICATORS, "Senden", "population (census)"): -7,
    }
    file = _changed(workbook, tmp_path / "wrong.xlsx", wrong)
    screen.open_whole("data")
    before = screen.until_it(screen.cells)
    _upload(screen, file)
    screen.says("“wrong.xlsx” was not taken over; nothing is changed.")
    told = screen.until("document.querySelector('[data-testid=stTable]').innerText")
    assert isinstance(told, str)
    for part in ("Indicators!E7", "“many” is not a number", "Indicators!C17", "-7 is too small", "at least 0"):
        assert part in told
    screen.until_it(lambda: screen.cells() == before)
    assert CHANGES not in screen.text()
    assert "figures=" not in screen.driver.current_url


def _saved(data_directory: Path) -> str:
    """The saved copy of the first model."""
    found = [file.stem for file in (data_directory / "scenarios").iterdir() if file.stem.startswith("modell-1")]
    assert len(found) == 1
    return found[0]


def test_right_figures_are_shown_before_they_are_saved(
    screen: Screen, workbook: bytes, tmp_path: Path, data_directory: Path
) -> None:
    # As in tests/views/test_data.py: plans of all scenarios with new figures take long.
    right: dict[tuple[str, str, str], object] = {(INDICATORS, "Olfen", "people with migration history"): 9000}
    file = _changed(workbook, tmp_path / "right.xlsx", right)
    screen.open_whole("data")
    _upload(screen, file)
    screen.says(CHANGES)
    screen.until_it(lambda: {"1,268", "9,000"} <= set(screen.cells()))
    # Nothing of it is lost by a reload.
    screen.address("figures=")
    screen.driver.refresh()
    screen.says(CHANGES)
    screen.switch("Compute every scenario of the county with these figures")
    screen.says("plans change: ")
    screen.until("document.querySelector('[data-testid=stTable]') !== null")
    screen.switch("I have checked these figures")
    screen.type("Name of the new data set", "Neue Zahlen")
    screen.click("Save as a new data set")
    screen.says("Saved as a data set of its own: Neue Zahlen, as of ")
    screen.address("county=..%2Fcounties%2F05558-neue-zahlen-")
    screen.until_it(lambda: "9000" in screen.cells())
    # Plans follow the new figures: a copy of the scenario rests on them.
    screen.click("Save the copies")
    screen.says("Saved, and in the list of scenarios: ")
    screen.open_whole(scenario="modell-1-zentral")
    screen.map()
    before = screen.fills()
    screen.open_whole(scenario=f"saved/{_saved(data_directory)}")
    screen.until_it(lambda: screen.fills() not in ([], before))


def _typed(screen: Screen, text: str) -> bool:
    """Types into a cell of the first row, in the middle of the table, until it is there."""
    if text in screen.cells():
        return True
    table = screen.all("[data-testid=stDataFrame] canvas[data-testid=data-grid-canvas]")[0]
    place = ActionChains(screen.driver).move_to_element_with_offset(table, 0, 50 - table.size["height"] // 2)
    place.double_click().perform()
    if screen.run("return document.activeElement.matches('.gdg-input')"):
        screen.press(Keys.CONTROL, "a")
        # Typed faster than people can, the last key may come before the table knows of the others.
        ActionChains(screen.driver).send_keys(text).pause(0.2).send_keys(Keys.ENTER).perform()
    return False


def test_cell_is_edited_in_the_page(screen: Screen) -> None:
    screen.open_whole("data")
    screen.until_it(screen.cells)
    before = screen.cells()
    screen.until_it(lambda: _typed(screen, "1,5"))
    old = next(cell for cell, now in zip(before, screen.cells(), strict=False) if cell != now)
    screen.says(CHANGES)
    # What was typed is a decimal, and not fifteen.
    changes = screen.until_it(lambda: found if "1.5" in (found := screen.cells()) else None)
    assert f"{int(old):,}" in changes
    assert "15" not in changes
    screen.click("Undo")
    screen.until_it(lambda: CHANGES not in screen.text())
    screen.until_it(lambda: screen.cells() == before)
