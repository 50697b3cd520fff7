"""The papers for the committee are asked for, made and downloaded in a real browser."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
from pypdf import PdfReader
from selenium.webdriver.support.ui import WebDriverWait

from browser.screen import Screen
from serving.papers import LIMIT

STEM = "modell-1-zentral-am-ki-dezentral-im-einsatz"
FILES = "document.querySelectorAll('[role=dialog] [data-testid=stDownloadButton]').length"


def test_papers_are_downloaded_in_one_archive(screen: Screen, tmp_path: Path) -> None:
    screen.driver.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(tmp_path)})
    screen.open_whole("compare")
    screen.map(shapes=33)
    screen.click("Papers for the committee")
    screen.type("Title", "For the committee of social affairs")
    screen.type("Date of the papers", "2026-03-09")
    for label in ("Slides (PowerPoint)", "Maps as pictures for print (PNG)", "Maps as drawings (SVG)"):
        screen.switch(label)
        screen.still()
    assert screen.run(f"return {FILES}") == 0
    screen.click("Create")
    # Each kind may take its whole time. One of the scenarios has two layers: four maps.
    WebDriverWait(screen.driver, LIMIT).until(lambda driver: driver.execute_script(f"return {FILES} >= 3"))
    screen.click(_label(screen, "All 14 files in one"))
    archive = zipfile.ZipFile(io.BytesIO(_downloaded(screen, tmp_path / f"{STEM}.zip")))
    assert archive.testzip() is None
    names = archive.namelist()
    assert sorted(Path(name).suffix for name in names) == [
        *(".docx", *[".geojson"] * 3, *[".gpkg"] * 3, *[".html"] * 4, ".pdf", ".xlsx", ".zip"),
    ]
    report = PdfReader(io.BytesIO(archive.read(f"{STEM}.pdf")))
    text = report.pages[0].extract_text()
    assert "For the committee of social affairs" in text
    assert "9 March 2026" in text
    book = openpyxl.load_workbook(io.BytesIO(archive.read(f"{STEM}.xlsx")))
    assert len(book.sheetnames) > 3
    # One by one they are the same.
    screen.click(_label(screen, f"{STEM}.pdf"))
    assert _downloaded(screen, tmp_path / f"{STEM}.pdf") == archive.read(f"{STEM}.pdf")
    assert screen.run(f"return {FILES}") >= 3


def _label(screen: Screen, beginning: str) -> str:
    """What the button says, with the size of the file."""
    script = """return [...document.querySelectorAll('[role=dialog] button p')].map(text => text.textContent)
        .find(text => text.startsWith(arguments[0]))"""
    return str(screen.until_it(lambda: screen.run(script, beginning), beginning))


def _downloaded(screen: Screen, file: Path) -> bytes:
    """The file, once the browser has all of it: until then it has another name."""
    screen.until_it(file.exists, file.name)
    return file.read_bytes()
