import pytest
from hypothesis import given
from hypothesis import strategies as st

from files.csv_table import (
    LARGEST,
    SMALLEST,
    NumberError,
    Table,
    excel_table,
    parse_number,
    parse_table,
    read_table,
    write_table,
)
from files.faults import InputError

GERMAN = "ags;name;km\r\n05558004;Dülmen;12,5\r\n"
ENGLISH = "ags,name,km\n05558004,Dülmen,12.5\n"


def table(text: str | bytes, columns: tuple[str, ...] = ("ags", "km"), **more: object) -> Table:
    return parse_table(text.encode() if isinstance(text, str) else text, "t.csv", columns, **more)


def texts(found: Table) -> list[str]:
    return [fault.text("en") for fault in found.faults]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("1234.5", 1234.5),
        ("1234,5", 1234.5),
        (" -0,5 ", -0.5),
        ("1000000000000", 1e12),
        ("0,000000001", 1e-9),
        ("-0,00", 0),
        ("+3", 3),
        ("0,123", 0.123),
        ("1234.567", 1234.567),
        ("007", 7),
        ("\xa012,25", 12.25),
    ],
)
def test_numbers_are_read_with_point_or_comma(text, value):
    assert parse_number(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "1.234,5",
        "1,234.5",
        "1.234.567",
        "1 234",
        "1e5",
        "nan",
        "inf",
        "-inf",
        "0x1F",
        "1_000",
        "١٢",
        "½",
        "12 km",
        "--1",
        ".5",
        "5.",
        "12'000",
        "9" * 400,
        "1" + "0" * 308,
        "1000000000001",
        "-1000000000001",
        "0." + "0" * 319 + "1",
        "0." + "0" * 400 + "1",
        "0,0000000009",
        "=1+1",
        "\x00",
        "1\n2",
    ],
)
def test_everything_else_is_no_number(text):
    with pytest.raises(NumberError):
        parse_number(text)


@pytest.mark.parametrize("text", ["1.234", "1,234", "-12.345", "123,456"])
def test_a_possible_thousand_is_refused_with_both_ways_to_write_it(text):
    with pytest.raises(NumberError, match="two ways") as caught:
        parse_number(text)
    assert text + "0" in str(caught.value.allowed)


def test_a_known_decimal_mark_settles_it():
    assert parse_number("1.234", ".") == 1.234
    assert parse_number("1,234", ",") == 1.234
    with pytest.raises(NumberError):
        parse_number("1,234", ".")


@pytest.mark.parametrize(
    "content",
    [
        ENGLISH.encode(),
        GERMAN.encode(),
        GERMAN.encode("utf-8-sig"),
        GERMAN.encode("cp1252"),
        ENGLISH.encode("cp1252"),
        ENGLISH.replace("\n", "\r").encode(),
        ENGLISH.replace("12.5", '"12,5"').encode(),
        ENGLISH.encode("utf-16"),
        GERMAN.encode("utf-16-le"),
        ("sep=;\r\n" + GERMAN).encode("utf-8-sig"),
        ("SEP=\t\n" + GERMAN.replace(";", "\t")).encode("utf-16"),
        GERMAN.replace(";", "\t").encode(),
        GERMAN.replace(";", "|").encode(),
        GERMAN.replace("ü", "u\u0308").encode(),
        GERMAN.replace("km\r", "km;;\r").replace("12,5", "12,5;;").encode(),
        GERMAN.replace("05558004", '="05558004"').encode(),
        GERMAN.replace("05558004", '"=""05558004"""').encode(),
        GERMAN.replace("05558004", "'05558004").encode(),
        GERMAN.replace("ags;name;km", "AGS; Name ;KM").encode(),
        ("Table of drives;;\r\nas of 2024;;\r\n" + GERMAN + '__________\r\n"(C) the office\r\n').encode("cp1252"),
    ],
)
def test_every_form_of_csv_reads_the_same(content):
    found = table(content, ("ags", "name", "km"))
    [row] = found.rows
    assert (found.ags(row, "ags"), found.name(row, "name"), found.number(row, "km")) == ("05558004", "Dülmen", 12.5)
    assert not found.faults


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ags,km\n1,1.234", None),
        ("ags,km\n1,1.234\n2,7.5", 1.234),
        ("ags;km\n1;1.234\n2;7.5", 1.234),
        ("ags;km\n1;1,234\n2;7,5", 1.234),
        ("ags;km\n1;1.234", None),
        ("ags;km\n1;1,234", None),
        ("ags;km\n1;1.234\n2;7,5", None),
        ('ags,km\n1,"1,234"', None),
        ('ags,km\n1,1.234\n2,"7,5"', None),
        ("ags;km\n1;1.234\n2;7,5\n3;7.5", None),
    ],
)
def test_a_column_settles_its_own_decimal_mark_or_the_cell_is_refused(text, expected):
    found = table(text)
    assert found.number(found.rows[0], "km") == expected
    assert len(found.faults) == (expected is None)


@pytest.mark.parametrize("text", ["ags,lon,km\n1,7.29517,1.234\n", "ags;lon;km\n1;7,29517;1,234\n"])
def test_degrees_do_not_say_how_people_are_written(text):
    found = table(text, others=True)
    assert found.number(found.rows[0], "km") is None
    assert found.number(found.rows[0], "km", no_thousands=True) == 1.234


def test_a_fault_names_file_line_and_column_past_cells_of_several_lines():
    found = table('ags,km\n1,"2\n3"\n\n4,x\n')
    found.number(found.rows[1], "km")
    assert texts(found)[0].startswith("t.csv:5, km: “x” is not a number: ")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "t.csv: the file is empty"),
        ("\n\n", "t.csv: the file is empty"),
        ("ags\n1", "t.csv:1, km: the column is missing"),
        ("ags,km,km\n", "t.csv:1, km: the column is there twice"),
        ("ags,km,minuts\n", "t.csv:1, minuts: the column is not known"),
        ("ags,kn\n", "t.csv:1, kn: the column is not known: did you mean “km”?"),
        ("ags,km,\n1,2,3\n", "t.csv:1: column 3 has no name"),
        ("ags,km\n1\n", "t.csv:2: the row has 1 cells, the header 2"),
        ("ags,km\n1,2\n1,2,3\n", "t.csv:3: the row has 3 cells, the header 2"),
        ('ags,km\n1,"2\n', "t.csv:2: the row is not well-formed CSV"),
        ('ags,km\n1,"2"3\n', "t.csv:2: the row is not well-formed CSV"),
        ("ags,km\n1," + "9" * 200_000, "t.csv:2: the row is not well-formed CSV"),
        (b"PK\x03\x04\x00\x00", "t.csv: this is not an Excel workbook, or it is damaged"),
        (b"%PDF-1.7", "t.csv: this is a PDF: a table saved as .xlsx, .ods or CSV"),
        (b"<html><table>", "t.csv: this is a web page or XML"),
        (b"ags,km\n1,\x81\n", "t.csv: the file is not a text file"),
        (ENGLISH.encode("utf-32"), "t.csv: the file is not a text file"),
    ],
)
def test_a_malformed_table_is_told_with_its_place(text, fault):
    assert any(line.startswith(fault) for line in texts(table(text)))


def test_all_ragged_rows_are_told_and_the_others_kept():
    found = table("ags,km\n1\n2,2\n3,3,3\n")
    assert [line.split(":")[1] for line in texts(found)] == ["2", "4"]
    assert [row["ags"] for row in found.rows] == ["2"]
    with pytest.raises(InputError, match=r"t\.csv:4"):
        found.check()


def test_optional_and_other_columns():
    assert not table("ags,km,note\n1,2,x\n", optional=("note", "kind")).faults
    assert table("ags,km,free\n1,2,3\n", others=True).columns == ("ags", "km", "free")


def test_missing_folder_and_too_large_files_are_faults(tmp_path):
    assert "does not exist" in texts(read_table(tmp_path / "no.csv", "no.csv", ("ags",)))[0]
    assert "is a folder and no file" in texts(read_table(tmp_path, "folder", ("ags",)))[0]
    (tmp_path / "big.csv").write_bytes(b"ags\n" + b"1\n" * 10_000_000)
    assert "too large" in texts(read_table(tmp_path / "big.csv", "big.csv", ("ags",)))[0]


def test_limits_and_empty_cells():
    found = table("ags,km\n1,-1\n2,2\n3,\n")
    values = [found.number(row, "km", minimum=0, maximum=1) for row in found.rows]
    assert values == [None, None, None]
    assert [line.split(": ", 1)[1] for line in texts(found)] == [
        "-1 is too small: at least 0",
        "2 is too large: at most 1",
        "no figure is given: a number; every row needs one",
    ]
    assert found.number(found.rows[2], "km", may_be_empty=True) is None
    assert len(found.faults) == 3


def test_a_lost_leading_zero_is_repaired_with_one_notice_per_column():
    found = table("ags,km\n5558004,1\n5558008,1\n05558012,1\n")
    assert [found.ags(row, "ags") for row in found.rows] == ["05558004", "05558008", "05558012"]
    assert not found.faults
    [notice] = found.notices
    assert notice.text("en").startswith("t.csv:2, ags: 2 municipality keys had lost their leading zero: repaired")


@pytest.mark.parametrize("text", ["555800", "0555800", "055580040", "5558004.5", "O5558004", "", "٠٥٥٥٨٠٠٤"])
def test_other_keys_are_faults(text):
    found = table(f"ags,km\n{text},1\n")
    assert found.ags(found.rows[0], "ags") is None
    assert "is not a municipality key" in texts(found)[0]


UNSEEN = ["a\uffff", "a\ufdd0", "\u3164", "\u2800", "Olfen\ufe0f"]


@pytest.mark.parametrize("text", ["a\x07b", "a\u202eb", "a\u200bb", "a\x1bb", "x" * 201, "", *UNSEEN])
def test_names_that_a_screen_cannot_show_are_faults(text):
    found = table(f"ags,km\n{text},1\n")
    assert found.name(found.rows[0], "ags") is None
    assert len(found.faults) == 1


def test_markup_in_names_is_ordinary_text():
    name = "<b>${x}&amp;\"'</b>"
    found = table(excel_table(("ags", "km"), [(name, 1)]))
    assert found.name(found.rows[0], "ags") == name


def test_a_hundred_faults_are_enough():
    found = table("ags,km\n" + "1,x\n" * 1000)
    for row in found.rows:
        found.number(row, "km")
    assert len(found.faults) == 101
    assert "more faults" in texts(found)[-1]


def test_formulas_are_neutralised_for_excel_and_read_back_unchanged():
    cells = ["=1+1", "@x", "+49 2541", "-", "-5,5", "'tis", "=cmd|' /C calc'!A0"]
    content = excel_table(("ags", "km"), [(cell, None) for cell in cells])
    lines = content.decode("utf-8-sig").splitlines()[1:]
    assert lines[:5] == ["'=1+1;", "'@x;", "'+49 2541;", "'-;", "-5,5;"]
    assert [row["ags"] for row in table(content).rows] == cells


def test_the_table_for_excel_has_bom_semicolon_and_decimal_comma():
    content = excel_table(("ags", "km"), [("05558004", 12.5), ("05558008", None), ("x", 3)])
    assert content == "\ufeffags;km\r\n05558004;12,5\r\n05558008;\r\nx;3\r\n".encode()


def test_the_table_for_programs_has_comma_and_point(tmp_path):
    write_table(tmp_path / "t.csv", ("name", "km"), [("Dülmen, Stadt", 12.5), ("x", None), ("y", 3.0)])
    assert (tmp_path / "t.csv").read_bytes() == 'name,km\n"Dülmen, Stadt",12.5\nx,\ny,3\n'.encode()


@given(st.floats(SMALLEST, LARGEST) | st.floats(-LARGEST, -SMALLEST) | st.integers(-(10**12), 10**12))
def test_every_figure_survives_the_way_through_excel(value):
    found = table(excel_table(("ags", "km"), [("x", value)]))
    assert found.number(found.rows[0], "km") == value
    assert not found.faults


def test_a_figure_that_is_none_is_never_written():
    with pytest.raises(ValueError, match="nan"):
        excel_table(("km",), [(float("nan"),)])


@given(st.binary(max_size=300))
def test_no_bytes_raise(content):
    found = table(content)
    for row in found.rows:
        found.ags(row, "ags")
        found.number(row, "km")
        found.name(row, "km")
