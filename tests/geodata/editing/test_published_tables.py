"""Tables as offices publish them and as spreadsheets save them, taken as figures of a county."""

from __future__ import annotations

import csv
import io
import unicodedata
import zipfile
from datetime import date

import pytest
from openpyxl import Workbook

from files.faults import InputError
from geodata import COUNTIES
from geodata.county import County, load_county
from geodata.editing.changes import changes
from geodata.editing.entered_figures import Entered
from geodata.editing.figures import TableName
from geodata.editing.indicator_csv import UnknownColumnsError, read_figures_file, stated_date
from geodata.editing.labels import TABLES
from geodata.editing.workbook_write import county_workbook
from tests.workbooks import repacked, rows_of
from translation import translate

#: Figures that no shipped data set has, by the place of the municipality in the county.
PEOPLE = [15100, 11700, 36500, 46900, 12000, 25000, 10300, 19700, 12900, 10800, 20600]
CITIES = ("Billerbeck", "Coesfeld", "Dülmen", "Lüdinghausen", "Olfen")


@pytest.fixture(scope="module")
def coesfeld() -> County:
    return load_county(COUNTIES / "05558-coesfeld")


def lines(county: County, more: str = "", mark: str = ";", key: str = "{ags}") -> list[str]:
    """A row for each municipality, its name as offices write it, with ``more`` at the end."""
    return [
        f"{key.format(ags=town.ags)}{mark}      {official(town.name, mark)}{mark}{people}{more}"
        for town, people in zip(county.municipalities, PEOPLE, strict=True)
    ]


def official(name: str, mark: str = ";") -> str:
    return f"{name}, Stadt" if name in CITIES and mark != "," else name


GENESIS_TITLE = [
    "Tabelle: 12411-01-01-5",
    "Bevölkerung nach Geschlecht - Stichtag 31.12. - regionale;;;;",
    "Tiefe: Gemeinden;;;;",
    "Bevölkerungsstand (Anzahl);;;;",
]
GENESIS_HEAD = [";;Stichtag;Stichtag;Stichtag", ";;31.12.2024;;", ";;Insgesamt;männlich;weiblich"]
GENESIS_END = [
    "__________",
    '"© eigenes Amt, 2026.',
    "Dieses Werk ist lizenziert",
    '- Version 2.0."',
    "Stand: 28.11.2026",
]


def table(*rows: str, encoding: str = "cp1252") -> bytes:
    return "\r\n".join(rows).encode(encoding)


def read(content: bytes, county: County, **chosen: str) -> Entered:
    return read_figures_file(content, county, "amt.csv", chosen or None)


def people(entered: Entered, indicator: str = "population") -> list[float | None]:
    return list(entered.figures.indicators[indicator].values())


def told(entered: Entered) -> list[str]:
    return [translate(notice.wrong, "en") for notice in entered.notices]


def test_a_table_of_genesis_is_asked_what_its_columns_hold(coesfeld):
    areas = [
        "DG;Deutschland;83000000;1;1",
        "05;  Nordrhein-Westfalen;18000000;1;1",
        "05558;    Coesfeld, Kreis;221500;1;1",
    ]
    content = table(*GENESIS_TITLE, *GENESIS_HEAD, *areas, *lines(coesfeld, ";7;8"), *GENESIS_END)
    with pytest.raises(UnknownColumnsError) as caught:
        read(content, coesfeld)
    columns = caught.value.columns
    assert columns == ("Stichtag 31.12.2024 Insgesamt", "Stichtag 31.12.2024 männlich", "Stichtag 31.12.2024 weiblich")
    entered = read(content, coesfeld, **dict(zip(columns, ("population_update", "", ""), strict=True)))
    assert people(entered, "population_update") == PEOPLE
    assert told(entered) == [
        "4 lines above the table were left aside",
        "3 rows of headings were read as one",
        "3 rows of larger areas were left aside",
        "1 row that sums up or explains was left aside",
    ]
    doubled = dict.fromkeys(columns, "population")
    with pytest.raises(InputError, match="two columns hold the same"):
        read(content, coesfeld, **doubled)


@pytest.mark.parametrize(
    ("head", "row"),
    [
        ("Gemeinden;Insgesamt;Ausländer", "{ags} {name};{people};1"),
        (";;;2024", "31.12.2024;{ags};{name};{people}"),
        (
            "Satzart;Land;RB;Kreis;VB;Gem;Gemeindename;Insgesamt\n40;05;5;58;;;Coesfeld;1",
            "60;{ags[0]}{ags[1]};{ags[2]};{ags[3]}{ags[4]};0{vb};{vb};{name};{people}",
        ),
        ("", "{ags};{name};{people}"),
    ],
)
def test_key_and_name_stand_where_offices_put_them(coesfeld, head, row):
    rows = [
        row.format(ags=town.ags, name=official(town.name), people=people, vb=town.ags[5:])
        for town, people in zip(coesfeld.municipalities, PEOPLE, strict=True)
    ]
    # A title may be called as an indicator is.
    content = table("Population", *([head] if head else []), *rows)
    with pytest.raises(UnknownColumnsError) as caught:
        read(content, coesfeld)
    chosen = dict.fromkeys(caught.value.columns, "")
    column = next(column for column in chosen if column in ("Insgesamt", "2024", "15100"))
    assert people(read(content, coesfeld, **chosen | {column: "population"})) == PEOPLE


HEAD = "ags;name;population"


@pytest.mark.parametrize(
    "content",
    [
        lambda rows: table("Einwohner der Gemeinden;;", ";;", HEAD, *rows, "Summe;;221500", "Quelle: IT.NRW;;"),
        lambda rows: table(HEAD, ";;Anzahl", ";;1", *rows, ";Kreis Coesfeld;221500", "1) vorläufig;;"),
        lambda rows: table("Gemeindeschlüssel;Gemeinde;Bevölkerung (Zensus)", *rows),
        lambda rows: table(HEAD, *rows, "05515000;Münster, Stadt;322000", "05554004;Ahaus, Stadt;40000"),
        lambda rows: table(HEAD, *[f'="{row[:8]}"{row[8:]}' for row in rows]),
        lambda rows: table("ARS;Name;population", "05558;Kreis;1", *[f"{r[:5]}0{r[5:8]}{r[5:]}" for r in rows]),
        lambda rows: table(HEAD, *[f"{r[:2]} {r[2]} {r[3:5]} {r[5:]}" for r in rows]),
        lambda rows: table("sep=;", HEAD + ";;", *[row + ";;" for row in rows], encoding="utf-16"),
        lambda rows: table(*[unicodedata.normalize("NFD", row) for row in (HEAD, *rows)], encoding="utf-8"),
        lambda rows: table(HEAD, *[f"{row[1:8]}.0{row[8:]}" for row in rows]),
        lambda rows: table("AGS;Gemeinde;population", ";;insgesamt", *rows),
        lambda rows: table(HEAD, *[row + " 1)" if "Olfen" in row else row for row in rows]),
        lambda rows: table(HEAD, *[row.replace("Stadt", "Stadt 2)") for row in rows]),
    ],
)
def test_what_surrounds_the_figures_is_left_aside(coesfeld, content):
    assert people(read(content(lines(coesfeld)), coesfeld)) == PEOPLE


def test_a_table_of_several_dates_is_told_in_one_sentence(coesfeld):
    content = table("ags;name;population", *lines(coesfeld), *lines(coesfeld))
    with pytest.raises(InputError, match="there are 2 rows for each municipality") as caught:
        read(content, coesfeld)
    assert len(caught.value.faults) == 1


@pytest.mark.parametrize("sign", ["-", ".", "/", "x", "…", "...", "k. A.", "nicht veröffentlicht", ""])
def test_what_is_not_published_is_missing_and_not_0(coesfeld, sign):
    content = table(HEAD, *[row.replace("12900", sign) for row in lines(coesfeld)])
    entered = read(content, coesfeld)
    assert people(entered) == [None if figure == 12900 else figure for figure in PEOPLE]
    assert told(entered) == ([f"1 figure is not published (“{sign}”)"] if sign else [])


@pytest.mark.parametrize("figure", ["12.900", "12,900", "1e308", "1" + "0" * 308, "12 900 Personen", "129001)"])
def test_a_figure_in_doubt_or_beyond_sense_is_refused(coesfeld, figure):
    for mark in (";", "\t"):
        content = table(HEAD.replace(";", mark), *[row.replace("12900", figure) for row in lines(coesfeld, mark=mark)])
        with pytest.raises(InputError, match=r"amt\.csv:10, population"):
            read(content, coesfeld)


def ods(rows: list[str]) -> bytes:
    """The rows as LibreOffice saves them: repeated empty cells and rows, figures with their value."""

    def cell(text: str) -> str:
        kind = f'office:value-type="float" office:value="{text}"' if text.isdigit() and text[0] != "0" else ""
        return f"<table:table-cell {kind}><text:p>{text.strip()}</text:p></table:table-cell>"

    body = "".join(
        f"<table:table-row>{''.join(map(cell, row.split(';')))}"
        '<table:table-cell table:number-columns-repeated="16000"/></table:table-row>'
        for row in rows
    )
    names = "".join(f' xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "table", "text"))
    content = (
        f'<office:document-content{names}><table:table table:name="Titel"><table:table-row/></table:table>'
        f'<table:table table:name="Blatt">{body}<table:table-row table:number-rows-repeated="1048000">'
        "<table:table-cell/></table:table-row></table:table></office:document-content>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
    return stream.getvalue()


def xlsx(rows: list[str]) -> bytes:
    """The rows in the second sheet of a workbook, figures as such."""
    book = Workbook()
    book["Sheet"]["A1"] = "Statistik"
    sheet = book.create_sheet("12411")
    for row in rows:
        sheet.append([int(cell) if cell.isdigit() and cell[0] != "0" else cell for cell in row.split(";")])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "<table:table-cell ><text:p>ags",
            '<table:table-cell table:number-columns-repeated="999999999"><text:p>ags',
            "damaged",
        ),
        (
            "<table:table-row><table:table-cell ><text:p>ags",
            '<table:table-row table:number-rows-repeated="999999999"><table:table-cell><text:p>ags',
            "damaged",
        ),
        ('office:value="36500"', 'office:value="1e308"', "is too large"),
        ('office:value="36500"', 'office:value="inf"', "is not a number"),
        ('office:value="36500"', 'office:value="36.5"', ""),
        ('office:value="36500"', 'office:value="36500" table:formula="of:=1"', ""),
        ("</office:document-content>", "", "damaged"),
    ],
)
def test_a_damaged_or_hostile_open_document_is_told(coesfeld, old, new, said):
    content = repacked(
        ods([HEAD, *lines(coesfeld)]), {"content.xml": lambda part: part.replace(old.encode(), new.encode())}
    )
    if said:
        with pytest.raises(InputError, match=said):
            read(content, coesfeld)
    else:
        assert people(read(content, coesfeld))[2] in (36.5, 36500)


@pytest.mark.parametrize("saved", [ods, xlsx])
def test_a_workbook_of_an_office_is_read_like_its_csv(coesfeld, saved):
    content = saved(["Einwohner;;", "", HEAD, "05558;Kreis;221500", *lines(coesfeld), "Quelle: Amt;;"])
    assert people(read(content, coesfeld)) == PEOPLE


@pytest.mark.parametrize("sheet", TableName)
def test_a_sheet_of_the_workbook_saved_as_csv_changes_nothing(coesfeld, sheet):
    rows = rows_of(county_workbook(coesfeld, "de"), translate(TABLES[sheet], "de"))
    stream = io.StringIO()
    written = [[str(cell).replace(".", ",") if isinstance(cell, float) else cell for cell in row] for row in rows]
    csv.writer(stream, delimiter=";").writerows(written)
    entered = read(stream.getvalue().encode("cp1252"), coesfeld)
    assert changes(coesfeld, entered.figures) == ()


def test_one_sentence_says_what_a_file_is_that_cannot_be_read(coesfeld):
    flat = table("statistics_code;statistics_label;time_code", "12411;Fortschreibung;STAG")
    with pytest.raises(InputError, match="flat file") as caught:
        read(flat, coesfeld)
    assert len(caught.value.faults) == 1


TODAY = date(2026, 11, 28)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Ausländer - Stichtag 31.12.2025\n;;Anzahl\n05558004;Ascheberg;1\nStand: 01.03.2026", date(2025, 12, 31)),
        ("ags;foreigners_2024_12_31;foreigners_2023_12_31\n5558004;1;2\n2026-01-01", date(2024, 12, 31)),
        ("Prognose 2025-06-30 bis 2030-12-31\n05558004;1", date(2025, 6, 30)),
        ("Tabelle 12411-02-03-5 vom 31.02.2025\n05558004;1", None),
    ],
)
def test_the_date_above_the_figures_is_offered(text: str, day: date | None) -> None:
    assert stated_date(text.encode("utf-8"), TODAY) == day
    assert stated_date(text.encode("utf-16"), TODAY) == day or day is None


@pytest.mark.parametrize("saved", [ods, xlsx])
def test_the_date_above_the_figures_of_a_workbook_is_offered(coesfeld, saved):
    content = saved(["Bevölkerung am 31.12.2025;;", HEAD, *lines(coesfeld), "Stand: 01.03.2026;;"])
    assert stated_date(content, TODAY) == date(2025, 12, 31)
    assert stated_date(county_workbook(coesfeld, "de"), TODAY) is None


@pytest.mark.parametrize("blank", [" ", "\u00a0", "\u202f"])
def test_blanks_between_thousands_are_read_where_the_column_has_them(coesfeld, blank):
    rows = [row[:-3] + blank + row[-3:] for row in lines(coesfeld)]
    entered = read(table(HEAD, *rows, encoding="utf-8"), coesfeld)
    assert people(entered) == PEOPLE
    assert told(entered)[-1].startswith("11 figures are written with blanks (“15")
    # One figure that does without them, and it is not known what the blanks are.
    with pytest.raises(InputError, match="is not a number"):
        read(table(HEAD, *rows[:-1], lines(coesfeld)[-1], encoding="utf-8"), coesfeld)


def gv100(county: County) -> list[str]:
    """The directory of municipalities in its fixed columns, as published."""
    record = "{kind}20260131{key:12}{name:50}{seat:50}{of:2}    {figures:33}    48653*****  5312110655501126"
    towns = [
        record.format(
            kind=60, key=town.ags + "0000", name=official(town.name), seat="", of=63,
            figures=f"{town.indicators['area_km2'] * 100:011.0f}{people:011}{people // 2:011}",
        )
        for town, people in zip(county.municipalities, PEOPLE, strict=True)
    ]  # fmt: skip
    larger = record.format(kind=40, key="05558", name="Coesfeld", seat="Coesfeld, Stadt", of=43, figures="")
    return [larger, *towns]


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_the_directory_in_fixed_columns_is_read(coesfeld, encoding):
    content = table(*gv100(coesfeld), encoding=encoding)
    with pytest.raises(UnknownColumnsError) as caught:
        read(content, coesfeld)
    # Whose people they are it does not say: an update, and not a census.
    assert caught.value.columns == ("Bevölkerung",)
    entered = read(content, coesfeld, Bevölkerung="population_update")
    assert people(entered, "population_update") == PEOPLE
    assert people(entered, "area_km2") == [town.indicators["area_km2"] for town in coesfeld.municipalities]
    assert told(entered)[:2] == [
        "this is the directory of municipalities (GV100AD), boundaries of 31.01.2026",
        "1 row of a larger area was left aside",
    ]
    broken = gv100(coesfeld)
    broken[3] = broken[3].replace(" ", "", 20)
    with pytest.raises(InputError, match=r"amt\.csv:4: the line is no record"):
        read(table(*broken), coesfeld, Bevölkerung="population_update")
