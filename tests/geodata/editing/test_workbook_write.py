"""The workbook of a county: for people to read, safe in a spreadsheet, the same every time."""

from __future__ import annotations

import io
import zipfile

import pytest
from openpyxl import load_workbook

from geodata import COUNTIES
from geodata.county import County, load_county
from geodata.editing.figures import TableName, figures_of
from geodata.editing.labels import KIND_LABELS, TABLES
from geodata.editing.workbook_layout import GUIDE
from geodata.editing.workbook_read import read_workbook
from geodata.editing.workbook_write import county_workbook
from geodata.labels import METHOD_LABELS
from tests.counties import county_texts, write_county
from tests.workbooks import rows_of
from translation import LANGUAGES, translate


@pytest.fixture(scope="module")
def coesfeld() -> County:
    return load_county(COUNTIES / "05558-coesfeld")


def test_figures_stand_under_their_source_as_numbers(coesfeld):
    rows = rows_of(county_workbook(coesfeld, "en"), "Indicators")
    assert rows[0][:3] == ["Municipality key (AGS)", "Name", "population (census)"]
    assert [row[0] for row in rows[1:6]] == ["Publisher", "Title", "Reference date", "Licence", "Attribution"]
    assert rows[3][2] == "2022-05-15"
    assert rows[6][:3] == ["05558004", "Ascheberg", 15459]
    assert len(rows) == 17


def test_all_tables_are_there(coesfeld):
    content = county_workbook(coesfeld, "en")
    names = load_workbook(io.BytesIO(content)).sheetnames
    assert names == ["How it works", "Indicators", "Services", "Drives", "Bridges and ferries", "Employers", "Sources"]
    assert rows_of(content, "Services")[2][:7] == [
        "Kommunale Flüchtlingsbetreuung", "DRK Kreisverband Coesfeld", "Flüchtlingsberatung", "Coesfeld",
        "Coesfeld; Billerbeck", 4, None,
    ]  # fmt: skip
    assert rows_of(content, "Drives")[1] == ["05558004", "Ascheberg", "05558008", "Billerbeck", 41.3, 32, "by road"]
    assert rows_of(content, "Employers")[1][:2] == ["ki", "KI"]
    assert [row[0] for row in rows_of(content, "Sources")[1:]] == [
        "longitude of town halls", "latitude of town halls", "boundaries", "neighbouring counties", "drives",
        "existing advice",
    ]  # fmt: skip


def test_cells_take_only_what_is_allowed(coesfeld):
    book = load_workbook(io.BytesIO(county_workbook(coesfeld, "en")))
    found = {
        (sheet.title, str(rule.sqref)): (rule.type, rule.formula1)
        for sheet in book
        for rule in sheet.data_validations.dataValidation
    }
    assert found["Indicators", "C7:C17"] == ("decimal", "0")
    assert found["Services", "D2:D208"] == ("list", "'Indicators'!$B$7:$B$17")
    assert found["Services", "G2:G208"] == ("decimal", "0")
    assert book["Services"]["F2"].number_format == "@"
    assert found["Drives", "G2:G111"] == ("list", '"by road,estimated,not by car"')
    assert found["Employers", "B2:B206"] == ("list", '"KI,municipality,welfare organisation"')
    assert book["Indicators"].freeze_panes == "C2"
    assert book["Indicators"]["A7"].number_format == "@"
    assert all(rule.showErrorMessage for sheet in book for rule in sheet.data_validations.dataValidation)


def test_texts_never_run_as_formulas(tmp_path):
    texts = county_texts()
    hostile = '"=HYPERLINK(""http://x"")"'
    services = texts["services.csv"].replace("Jugendmigrationsdienst", hostile).replace("Zeitung", "@SUM(A1)")
    municipalities = texts["municipalities.csv"].replace("Bestadt", "=1+1")
    county = load_county(
        write_county(tmp_path, texts | {"services.csv": services, "municipalities.csv": municipalities})
    )
    content = county_workbook(county, "en")
    book = load_workbook(io.BytesIO(content))
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    assert book["Services"]["A2"].value == '=HYPERLINK("http://x")'
    assert book["Services"]["A2"].quotePrefix
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheets = [archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/")]
    assert all(b"<f>" not in sheet for sheet in sheets)
    assert read_workbook(content, county, "w.xlsx").figures == figures_of(county)


def test_the_same_county_gives_the_same_bytes(coesfeld):
    first = county_workbook(coesfeld, "de")
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.read("docProps/core.xml").count(b"2000-01-01T00:00:00Z") == 2
    assert county_workbook(load_county(coesfeld.folder), "de") == first


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_of_sheets_and_choices_are_such_as_a_workbook_takes(language):
    titles = [translate(text, language) for text in (GUIDE, *TABLES.values())]
    assert all(0 < len(title) <= 31 and not set(title) & set("[]:*?/\\'") for title in titles)
    assert len({title.casefold() for title in titles}) == len(TableName) + 1
    for labels in (METHOD_LABELS.values(), KIND_LABELS.values()):
        words = [translate(label, language) for label in labels]
        assert not any("," in word or '"' in word for word in words)
        assert len(",".join(words)) <= 255
