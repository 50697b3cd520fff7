"""Cells of a workbook: read as they are meant, and hostile files refused at once."""

from __future__ import annotations

import io
import struct
import zipfile
from contextlib import suppress
from datetime import date, datetime, time

import pytest
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from files.faults import InputError
from files.workbook_cells import Content, Sheet, read_sheets
from tests.workbooks import repacked

MOST = 2_000_000
SHEET = "xl/worksheets/sheet1.xml"


def workbook(**cells: object) -> bytes:
    book = Workbook()
    for place, value in cells.items():
        book.active[place] = value
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def sheet(content: bytes) -> Sheet:
    (only,) = read_sheets(content, "w.xlsx", MOST)
    return only


def with_sheet(data: str, content: bytes | None = None) -> bytes:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    xml = f'<?xml version="1.0"?><worksheet xmlns="{main}">{data}</worksheet>'
    return repacked(content or workbook(A1="a"), {SHEET: lambda _: xml.encode()})


def refusal(content: bytes, most: int = MOST) -> str:
    with pytest.raises(InputError) as caught:
        read_sheets(content, "w.xlsx", most)
    (line,) = caught.value.lines("en")
    return line


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("  Dülmen ", "Dülmen"),
        (5558004, "5558004"),
        (12.5, "12.5"),
        (1.234, "1.2340"),
        (1e22, "10000000000000000000000"),
        (-0.0, "-0"),
        (True, "TRUE"),
        (date(2025, 12, 31), "2025-12-31"),
        (datetime(2025, 12, 31, 12, 30), "2025-12-31T12:30:00"),  # noqa: DTZ001
        (time(12, 30), "12:30:00"),
        ("=", "="),
        (CellRichText("a", TextBlock(InlineFont(b=True), "b")), "ab"),
    ],
)
def test_values_are_read_without_doubt(value, text):
    assert sheet(workbook(B3=value)).rows[3][2].text == text


def test_empty_cells_are_none():
    assert sheet(workbook(A1="a", C7="   ")).rows == {1: {1: sheet(workbook(A1="a")).rows[1][1]}}


def test_formulas_and_errors_are_known_as_such():
    rows = sheet(workbook(A1="=1+1", A2="#REF!", A3='=HYPERLINK("http://x")')).rows
    assert [rows[row][1].content for row in (1, 2, 3)] == [Content.FORMULA, Content.ERROR, Content.FORMULA]


def test_a_shared_formula_is_not_unfolded():
    cells = "".join(f'<row r="{r}"><c r="A{r}"><f t="shared" si="0"/><v>7</v></c></row>' for r in range(2, 5))
    rows = sheet(with_sheet(f"<sheetData>{cells}</sheetData>")).rows
    assert rows[3][1].content is Content.FORMULA


def test_merged_ranges_are_told_and_not_unfolded():
    data = '<sheetData><row r="1"><c r="A1" t="str"><v>a</v></c></row></sheetData>'
    merged = '<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    found = sheet(with_sheet(data + merged))
    assert found.merged == ["A1:XFD1048576"]
    assert len(found.rows) == 1


def test_declared_dimensions_count_for_nothing():
    data = (
        '<dimension ref="A1:XFD1048576"/><sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    )
    assert list(sheet(with_sheet(data)).rows) == [1_048_576]


def test_rows_and_cells_without_a_place_follow_each_other_and_any_order_is_read():
    data = '<sheetData><row><c><v>1</v></c><c><v>2</v></c></row><row r="9"><c r="B9"><v>4</v></c></row>'
    data += '<row r="5"><c r="C5"><v>3</v></c></row></sheetData>'
    rows = sheet(with_sheet(data)).rows
    texts = {line: {column: cell.text for column, cell in cells.items()} for line, cells in rows.items()}
    assert texts == {1: {1: "1", 2: "2"}, 9: {2: "4"}, 5: {3: "3"}}


def test_the_other_calendar_is_known():
    book = Workbook()
    book.epoch = datetime(1904, 1, 1)  # noqa: DTZ001
    book.active["A1"] = date(2025, 12, 31)
    stream = io.BytesIO()
    book.save(stream)
    assert sheet(stream.getvalue()).rows[1][1].text == "2025-12-31"


def test_both_standards_and_inline_texts_are_read():
    strict = "http://purl.oclc.org/ooxml/spreadsheetml/main"
    xml = f'<x:worksheet xmlns:x="{strict}"><x:sheetData><x:row r="1"><x:c r="A1" t="inlineStr">'
    xml += (
        "<x:is><x:t>Dül</x:t><x:r><x:t>men</x:t></x:r><x:rPh><x:t>no</x:t></x:rPh></x:is></x:c></x:row></x:sheetData>"
    )
    content = repacked(workbook(A1="a"), {SHEET: lambda _: (xml + "</x:worksheet>").encode()})
    assert sheet(content).rows[1][1].text == "Dülmen"


def test_macros_are_ignored():
    content = repacked(workbook(A1="a"), {})
    stream = io.BytesIO(content)
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\0" * 100)
    assert sheet(stream.getvalue()).rows[1][1].text == "a"


@pytest.mark.parametrize("content", [b"", b"PK", b"PK\x03\x04" + b"x" * 100, b"%PDF-1.7", b"a;b\n1;2\n", b"\0" * 1000])
def test_what_is_no_workbook_is_refused(content):
    assert "not an Excel workbook" in refusal(content)


def test_every_truncated_workbook_is_refused():
    whole = workbook(A1="a", B2=1)
    for end in range(0, len(whole), 97):
        assert refusal(whole[:end]).startswith("w.xlsx: ")


def test_every_damaged_byte_is_survived():
    whole = workbook(A1="a", B2=1)
    for place in range(0, len(whole), 41):
        broken = whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :]
        # Damages that no checksum covers may leave a workbook that can be read; anything else is an InputError.
        with suppress(InputError):
            read_sheets(broken, "w.xlsx", MOST)


def test_old_and_encrypted_workbooks_are_told_by_name():
    ole = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600
    assert "old workbook (.xls)" in refusal(ole)
    assert "password" in refusal(ole + "EncryptedPackage".encode("utf-16-le"))
    content = bytearray(workbook(A1="a"))
    at = content.index(b"PK\x01\x02") + 8
    content[at : at + 2] = struct.pack("<H", 1)
    assert "password" in refusal(bytes(content))


def test_other_forms_in_an_archive_are_told():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    assert "saved as .xlsx or .ods" in refusal(stream.getvalue())
    binary = io.BytesIO(workbook(A1="a"))
    with zipfile.ZipFile(binary, "a") as archive:
        archive.writestr("xl/workbook.bin", b"")
    assert ".xlsb" in refusal(binary.getvalue())


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_other_ways_to_pack_are_refused(method):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        archive.writestr("[Content_Types].xml", "x")
    assert "not an Excel workbook" in refusal(stream.getvalue())


def test_a_bomb_is_refused_by_the_directory_alone():
    bomb = with_sheet("<sheetData>" + '<row><c t="str"><v>a</v></c></row>' * 100_000 + "</sheetData>")
    assert len(bomb) < 50_000
    assert "unpacks to 3.4 MB" in refusal(bomb)
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as archive:
        for part in range(1500):
            archive.writestr(str(part), b"")
    assert "1,500 parts" in refusal(many.getvalue())


def test_a_directory_that_lies_unpacks_no_more_than_it_says():
    content = bytearray(with_sheet("<sheetData>" + " " * 1_500_000 + "</sheetData>"))
    name = content.rindex(SHEET.encode())
    content[name - 22 : name - 18] = struct.pack("<I", 100)
    assert "damaged" in refusal(bytes(content), 100_000)


def test_a_large_file_is_refused_unread():
    assert "too large" in refusal(b"PK\x03\x04" + b"\0" * 6_000_000)


@pytest.mark.parametrize(
    "data",
    [
        "<sheetData><row r='0'><c r='A0'><v>1</v></c></row></sheetData>",
        "<sheetData><row r='1048577'><c><v>1</v></c></row></sheetData>",
        "<sheetData><row r='x'/></sheetData>",
        "<sheetData><row><c r='XFE1'><v>1</v></c></row></sheetData>",
        "<sheetData><row><c r='11'><v>1</v></c></row></sheetData>",
        "<sheetData><row><c t='s'><v>99</v></c></row></sheetData>",
        "<sheetData><row><c t='s'><v>-99</v></c></row></sheetData>",
        "<sheetData><row><c t='s'><v>x</v></c></row></sheetData>",
        "<sheetData><row><c s='x'><v>1</v></c></row></sheetData>",
        "<sheetData><row>",
        "<mergeCell/>",
    ],
)
def test_cells_that_cannot_be_are_a_damage(data):
    assert "damaged" in refusal(with_sheet(data))


def test_figures_that_are_none_stay_texts():
    data = "<sheetData><row><c><v>NaN</v></c><c><v>1e999</v></c><c><v>x</v></c></row></sheetData>"
    assert [cell.text for cell in sheet(with_sheet(data)).rows[1].values()] == ["NaN", "Infinity", "x"]


def test_entities_do_not_grow():
    entities = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 12))
    xml = f'<!DOCTYPE w [<!ENTITY e0 "lol">{entities}]><w>&e11;</w>'
    assert "damaged" in refusal(repacked(workbook(A1="a"), {SHEET: lambda _: xml.encode()}))
    outside = '<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]><w>&x;</w>'
    assert "damaged" in refusal(repacked(workbook(A1="a"), {SHEET: lambda _: outside.encode()}))


@pytest.mark.parametrize("part", ["_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", SHEET])
def test_missing_and_empty_parts_are_a_damage(part):
    assert "damaged" in refusal(repacked(workbook(A1="a"), {}, drop=part))
    assert "damaged" in refusal(repacked(workbook(A1="a"), {part: lambda _: b""}))
    assert "damaged" in refusal(repacked(workbook(A1="a"), {part: lambda _: b"<" * 100_000}))


def test_deep_nesting_is_survived():
    deep = "<a>" * 100_000 + "</a>" * 100_000
    assert sheet(with_sheet(deep)).rows == {}
    assert "damaged" in refusal(with_sheet("<a>" * 100_000))


def test_a_long_text_that_many_cells_share_is_cut():
    content = workbook(A1="x" * 32_767)
    long = repacked(content, {"xl/sharedStrings.xml": lambda part: part.replace(b"x" * 100, b"y" * 300)})
    assert len(sheet(long).rows[1][1].text) == 32_767
