"""A workbook that comes back: what is right is taken, and every wrong cell is named."""

from __future__ import annotations

import io
from datetime import date

import pytest
from openpyxl import Workbook

from files.faults import InputError
from geodata import COUNTIES
from geodata.county import County, load_county
from geodata.editing.changes import Kind, changes
from geodata.editing.figures import Figures, TableName, county_with, figures_of
from geodata.editing.workbook_read import read_workbook
from geodata.editing.workbook_write import county_workbook
from geodata.records import NO_DRIVE
from tests.counties import county_texts, write_county
from tests.workbooks import Edit, edited, put, repacked


@pytest.fixture(scope="module")
def coesfeld() -> County:
    return load_county(COUNTIES / "05558-coesfeld")


def figures(county: County, *edits: Edit) -> Figures:
    return read_workbook(edited(county, *edits), county, "w.xlsx").figures


def faults(county: County, *edits: Edit) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_workbook(edited(county, *edits), county, "w.xlsx")
    return caught.value.lines("en")


@pytest.mark.parametrize("language", ["de", "en"])
def test_an_untouched_workbook_changes_nothing(coesfeld, language):
    entered = read_workbook(county_workbook(coesfeld, language), coesfeld, "w.xlsx")
    assert entered.figures == figures_of(coesfeld)
    assert entered.notices == ()


def test_a_county_in_every_other_form_comes_back_unchanged(tmp_path):
    texts = county_texts(3, 3)
    del texts["travel.csv"]
    county = load_county(write_county(tmp_path, texts))
    assert changes(county, figures(county)) == ()


def test_changed_cells_are_taken(coesfeld):
    new = figures(
        coesfeld,
        put("Indicators", "C7", 15500),
        put("Indicators", "C8", "11700,5"),
        put("Indicators", "C4", date(2025, 12, 31)),
        put("Services", "F2", 2.5),
        put("Services", "D2", "05558004"),
        put("Services", "E2", "Olfen;Senden"),
        put("Drives", "F2", "31,5"),
        put("Drives", "G2", "estimate"),
        put("Employers", "D2", "Dülmen"),
        put("Sources", "D2", 2024),
    )
    found = {(c.row, c.column): c.new for c in changes(coesfeld, new)}
    assert found == {
        ("Ascheberg", "population"): 15500,
        ("Billerbeck", "population"): 11700.5,
        ("population", "reference_date"): "2025-12-31",
        ("AWO: Jugendmigrationsdienst", "fte"): 2.5,
        ("AWO: Jugendmigrationsdienst", "seat"): "05558004",
        ("AWO: Jugendmigrationsdienst", "catchment"): ("05558036", "05558044"),
        ("Ascheberg – Billerbeck", "minutes"): 31.5,
        ("Ascheberg – Billerbeck", "method"): "estimate",
        ("Kommunales Integrationszentrum Kreis Coesfeld", "office"): "05558016",
        ("lon", "reference_date"): "2024",
    }


def test_rows_are_added_and_removed(coesfeld):
    def edit(book: Workbook) -> None:
        book["Services"].delete_rows(2)
        book["Services"].append(["Neu", "AWO", "MBE", "olfen", "ALL", 1, None, 2025, "AWO"])
        book["Bridges and ferries"].append(["Olfen", "Havixbeck", "Fähre"])
        book["Employers"].append(["kolping", "welfare", "Kolping", "Dülmen"])

    found = {(c.kind, c.table, c.row) for c in changes(coesfeld, figures(coesfeld, edit))}
    assert found == {
        (Kind.ADDED, TableName.SERVICES, "AWO: Neu"),
        (Kind.REMOVED, TableName.SERVICES, "AWO: Jugendmigrationsdienst"),
        (Kind.ADDED, TableName.NEIGHBOURS, "Olfen – Havixbeck"),
        (Kind.ADDED, TableName.EMPLOYERS, "Kolping"),
    }


def test_sheets_and_indicators_that_are_missing_stay_as_they_are(coesfeld):
    def edit(book: Workbook) -> None:
        for title in ("Drives", "Bridges and ferries", "Employers", "Sources", "How it works"):
            del book[title]
        book["Indicators"].delete_cols(4, 5)
        book["Indicators"]["C7"] = 1

    found = changes(coesfeld, figures(coesfeld, edit))
    assert [(c.row, c.column, c.new) for c in found] == [("Ascheberg", "population", 1)]


def test_sources_alone_are_read(coesfeld):
    def edit(book: Workbook) -> None:
        del book["Indicators"]
        book["Sources"]["C2"] = "Neu"

    found = changes(coesfeld, figures(coesfeld, edit))
    assert [(c.row, c.column, c.new) for c in found] == [("lon", "title", "Neu")]


def test_columns_in_another_order_are_read(coesfeld):
    def edit(book: Workbook) -> None:
        for sheet in (book["Services"], book["Drives"]):
            sheet.move_range(f"A1:A{sheet.max_row}", cols=20)

    assert figures(coesfeld, edit) == figures_of(coesfeld)


def test_a_further_indicator_needs_its_source(coesfeld):
    def column(book: Workbook) -> None:
        for row, value in enumerate(["pupils", *"abcde", *range(1, 12)], start=1):
            book["Indicators"].cell(row, 9, value)

    new = figures(coesfeld, column)
    assert new.indicators["pupils"]["05558008"] == 2
    assert new.source_of("pupils").publisher == "a"
    assert faults(coesfeld, column, put("Indicators", "I3", None)) == [
        "Indicators!I3: no text is given: a text; every row needs one"
    ]
    (line,) = faults(coesfeld, column, put("Indicators", "I1", "no word"))
    assert line.startswith("Indicators!I1: “no word” cannot be the name of an indicator")


def test_every_wrong_cell_is_named_at_once(coesfeld):
    lines = faults(
        coesfeld,
        put("Indicators", "C7", "viele"),
        put("Indicators", "D8", -1),
        put("Indicators", "E9", "many"),
        put("Indicators", "F10", "1.234"),
        put("Indicators", "C2", ""),
        put("Services", "D2", "Olven"),
        put("Services", "E3", "Coesfeld; Nirgends"),
        put("Services", "F4", date(2025, 5, 12)),
        put("Services", "G5", 1.5),
        put("Drives", "F2", -3),
        put("Drives", "G3", "flight"),
        put("Employers", "B3", "club"),
        put("Employers", "A4", "no word"),
        put("Sources", "A2", "weather"),
    )
    places = [line.split(": ")[0] for line in lines]
    assert places == [
        "Indicators!C7", "Indicators!D8", "Indicators!E9", "Indicators!F10",
        "Services!D2", "Services!E3", "Services!F4", "Services!G5",
        "Drives!F2", "Drives!G3", "Employers!B3", "Employers!A4", "Indicators!C2", "Sources!A2",
    ]  # fmt: skip
    assert lines[0] == (
        "Indicators!C7: “viele” is not a number: digits with a decimal point or comma, "
        "without thousands separators, units or blanks, like 1234.5"
    )
    assert "write 1234 if the mark separates thousands, or 1.2340 if it is the decimal mark" in lines[3]
    assert "did you mean “Olfen”?" in lines[4]
    assert "the figure became a date (2025-05-12): a number; format the cell as a number" in lines[6]
    assert "one of: by road, estimated, not by car" in lines[9]


def test_tables_that_do_not_agree_are_told_at_their_cells(coesfeld):
    def edit(book: Workbook) -> None:
        for column, value in enumerate(["awo", "welfare", "Zweite AWO", "Dülmen"], start=1):
            book["Employers"].cell(7, column, value)
        book["Employers"]["B2"] = "welfare organisation"
        for cell in book["Services"][2]:
            book["Services"].cell(8, cell.column, cell.value)
        book["Drives"]["E2"], book["Drives"]["F4"] = 1, 1
        book["Drives"].append([cell.value for cell in book["Drives"][3]])
        for row in range(7, 18):
            book["Indicators"].cell(row, 3, 0)

    lines = faults(coesfeld, edit)
    assert [line.split(": ")[0] for line in lines] == [
        "Indicators!C1", "Services!A8", "Drives!E2", "Drives!F4", "Drives!112", "Drives!F4",
        "Employers!A7", "Employers",
    ]  # fmt: skip
    assert lines[0].startswith("Indicators!C1: no figure is above zero")
    assert "first in line 2" in lines[1]


def test_ranges_gaps_and_drives_not_by_car_are_read(coesfeld):
    changed = figures(
        coesfeld,
        put("Services", "F2", "1,5-3"),
        put("Services", "K2", "junge Menschen"),
        put("Indicators", "E9", None),
        put("Drives", "E2", None),
        put("Drives", "F2", None),
        put("Drives", "G2", "not by car"),
    )
    service = changed.services[0]
    assert (service.fte, service.fte_range, service.target_group) == (2.25, (1.5, 3), "junge Menschen")
    ags = [town.ags for town in coesfeld.municipalities][2]
    assert changed.indicators[coesfeld.indicator_names[2]][ags] is None
    pair = next(iter(coesfeld.travel))
    assert changed.travel[pair] == NO_DRIVE
    county = county_with(coesfeld, changed)
    again = read_workbook(county_workbook(county, "de"), county, "again.xlsx")
    assert not changes(county, again.figures)
    assert faults(coesfeld, put("Drives", "G2", "not by car")) == [
        "Drives!E2: “41.3” stands where there is no drive by car: nothing, or another method",
        "Drives!F2: “32” stands where there is no drive by car: nothing, or another method",
    ]


def test_a_workbook_without_target_groups_is_read(coesfeld):
    found = figures(coesfeld, lambda book: book["Services"].delete_cols(11))
    assert [service.name for service in found.services] == [service.name for service in coesfeld.services]
    assert {service.target_group for service in found.services} == {""}


def test_missing_drives_are_told(coesfeld):
    def edit(book: Workbook) -> None:
        sheet = book["Drives"]
        gone = [row[0].row for row in sheet.iter_rows() if {row[1].value, row[3].value} == {"Olfen", "Senden"}]
        for row in reversed(gone):
            sheet.delete_rows(row)

    (line,) = faults(coesfeld, edit)
    assert "Olfen (05558036) – Senden (05558044)" in line

    def one(book: Workbook) -> None:
        book["Drives"].delete_rows(2)

    assert figures(coesfeld, one).travel["05558004", "05558008"] == coesfeld.travel["05558008", "05558004"]


def test_one_sorted_column_is_noticed(coesfeld):
    def edit(book: Workbook) -> None:
        names = sorted((book["Indicators"].cell(row, 2).value for row in range(7, 18)), reverse=True)
        for row, name in enumerate(names, start=7):
            book["Indicators"].cell(row, 2, name)

    lines = faults(coesfeld, edit)
    assert lines[0].startswith("Indicators!B7: 05558004 is Ascheberg, not “Senden”")
    assert len(lines) == 10


def test_municipalities_are_those_of_the_county(coesfeld):
    def edit(book: Workbook) -> None:
        book["Indicators"]["A7"] = "05515000"
        book["Indicators"]["A8"] = "05558012"

    lines = faults(coesfeld, edit)
    assert lines[0].startswith("Indicators!A7: the county has no municipality 05515000")
    assert lines[1].startswith("Indicators!B8: 05558012 is Coesfeld, not “Billerbeck”")
    assert lines[2].startswith("Indicators!A9: 05558012 is there twice")

    def fewer(book: Workbook) -> None:
        book["Indicators"].delete_rows(7)

    assert faults(coesfeld, fewer) == [
        "Indicators: there is no row for Ascheberg (05558004): one row for each municipality of the county"
    ]


def test_a_lost_leading_zero_is_repaired_and_told(coesfeld):
    content = edited(coesfeld, put("Indicators", "A7", 5558004), put("Indicators", "A9", "5558012"))
    entered = read_workbook(content, coesfeld, "w.xlsx")
    assert entered.figures == figures_of(coesfeld)
    (notice,) = entered.notices
    assert notice.text("en").startswith("Indicators!A7: 2 municipality keys had lost their leading zero: repaired")


def test_formulas_errors_and_merged_cells_are_told_once(coesfeld):
    def merge(book: Workbook) -> None:
        book["Services"].merge_cells("B2:B3")

    lines = faults(
        coesfeld,
        put("Indicators", "C7", "=C8*2"),
        put("Indicators", "D4", "=TODAY()"),
        put("Services", "F2", "#DIV/0!"),
        put("Services", "J3", "=A1"),
        merge,
    )
    assert lines == [
        "Indicators!D4: the cell holds a formula: a value: copy the cell and paste it as a value",
        "Indicators!C7: the cell holds a formula: a value: copy the cell and paste it as a value",
        "Services!B2:B3: cells are merged: unmerge them; each cell has a value of its own",
        "Services!F2: the cell shows the error “#DIV/0!”: a value",
        "Services!J3: the cell holds a formula: a value: copy the cell and paste it as a value",
        "Services!B3: no name is given: a name; every row needs one",
    ]


def test_values_of_formulas_sums_notes_and_a_column_that_is_gone_are_told(coesfeld):
    def change(book: Workbook) -> None:
        book["Indicators"].delete_cols(5)
        for column, text in enumerate(["", "Summe", "=SUM(C7:C17)"], start=1):
            book["Indicators"].cell(19, column, text)
        book["Indicators"]["A20"] = "Stand: vorläufig"
        book["Indicators"]["C7"] = "=C8*2"

    def calculated(part: bytes) -> bytes:
        return part.replace(b"<f>C8*2</f><v></v>", b"<f>C8*2</f><v>15500.0</v>").replace(
            b"<f>C8*2</f><v />", b"<f>C8*2</f><v>15500.0</v>"
        )

    content = repacked(edited(coesfeld, change), {"xl/worksheets/sheet2.xml": calculated})
    entered = read_workbook(content, coesfeld, "w.xlsx")
    (found,) = changes(coesfeld, entered.figures)
    assert (found.row, found.column, found.new) == ("Ascheberg", "population", 15500)
    assert [notice.text("en") for notice in entered.notices] == [
        "Indicators: the column “people with migration history” is missing: its figures stay; to have none, empty its "
        "cells",
        "Indicators!C7: 1 cell holds a formula: its value as saved was read",
        "Indicators!19: 2 rows that sum up or explain were left aside",
    ]


def test_what_stands_beside_a_table_is_told(coesfeld):
    lines = faults(
        coesfeld,
        put("Services", "M3", "my note"),
        put("Services", "L1", "Remarks"),
        put("Services", "L2", "x"),
        put("Drives", "H1", "Duration"),
    )
    assert lines[0].startswith("Services!L1: the column “Remarks” is not known: allowed: Name, Provider")
    assert (
        lines[1] == "Services!M3: “my note” stands in a column without a heading: nothing beside the table; delete it"
    )
    assert lines[2].startswith("Drives!H1: the column “Duration” is not known")


def test_missing_doubled_and_misspelt_columns_are_told(coesfeld):
    lines = faults(
        coesfeld,
        put("Services", "F1", "FET"),
        put("Employers", "C1", "Kind"),
        put("Indicators", "C1", "population (cencus)"),
        put("Indicators", "A1", None),
    )
    assert [line.split(": ")[0] for line in lines] == [
        "Indicators!C1", "Indicators", "Indicators!A2", "Services!F1", "Services", "Employers!C1", "Employers",
    ]  # fmt: skip
    assert "did you mean “population (census)”" in lines[0]
    assert lines[1].startswith("Indicators: the column “Municipality key (AGS)” is missing")
    assert "did you mean “FTE”" in lines[3]
    assert "the column is there twice" in lines[5]


def test_unknown_sheets_are_left_aside_unless_one_may_have_been_renamed(coesfeld):
    def extra(book: Workbook) -> None:
        book.create_sheet("Notes")["A1"] = "=1"

    entered = read_workbook(edited(coesfeld, extra), coesfeld, "w.xlsx")
    assert [notice.text("en") for notice in entered.notices] == ["Notes: the sheet is not known: it was left aside"]

    def renamed(book: Workbook) -> None:
        book["Services"].title = "Servces"

    (line,) = faults(coesfeld, renamed)
    assert line.startswith("Servces: the sheet is not known: sheets named Indicators, Services")

    def both(book: Workbook) -> None:
        book.create_sheet("services ")

    assert faults(coesfeld, both) == [
        "services: this sheet and the sheet “Services” hold the same table: each table once; delete one of the sheets"
    ]


def test_another_workbook_is_told(coesfeld):
    stream = io.BytesIO()
    Workbook().save(stream)
    with pytest.raises(InputError, match="none of the sheets of a county"):
        read_workbook(stream.getvalue(), coesfeld, "w.xlsx")
    with pytest.raises(InputError, match="not an Excel workbook"):
        read_workbook(b"x", coesfeld, "w.xlsx")


def test_hostile_texts_stay_texts_and_invisible_ones_are_refused(coesfeld):
    hostile = "<script>alert(1)</script> ${x} '=1+1"
    new = figures(coesfeld, put("Services", "J2", hostile))
    assert new.services[0].note == hostile
    (line,) = faults(coesfeld, put("Services", "A2", "a\u202eb"))
    assert line.startswith("Services!A2: “a�b” contains the invisible character U+202E")


def test_faults_and_rows_without_end_have_one(coesfeld):
    def many(book: Workbook) -> None:
        for _ in range(400):
            book["Services"].append(["a", "b", "c", "nowhere", ";".join(["x"] * 50), "y"])

    lines = faults(coesfeld, many)
    assert len(lines) == 101
    assert lines[-1] == "Services: there are more faults in this table: mend these first"

    def more(book: Workbook) -> None:
        for row in range(3000):
            book["Employers"].append([f"a{row}", "welfare", f"Name {row}", "Olfen"])

    assert faults(coesfeld, more) == ["Employers: the sheet has 3005 rows: at most 2000"]
