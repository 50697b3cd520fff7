"""Figures of indicators from CSV tables as offices export them."""

from __future__ import annotations

import pytest

from files.faults import InputError
from geodata import COUNTIES
from geodata.county import County, load_county
from geodata.editing.changes import changes
from geodata.editing.figures import figures_of
from geodata.editing.indicator_csv import read_indicator_csv


@pytest.fixture(scope="module")
def coesfeld() -> County:
    return load_county(COUNTIES / "05558-coesfeld")


def csv_of(county: County, heading: str = "ags;foreigners", value: str = "1070,5", named: bool = False) -> bytes:
    lines = [heading, *(f"{town.name if named else town.ags};{value}" for town in county.municipalities)]
    return "\r\n".join(lines).encode("cp1252")


def faults(content: bytes, county: County) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_indicator_csv(content, county, "azr.csv")
    return caught.value.lines("en")


@pytest.mark.parametrize(
    ("heading", "named"),
    [("ags;foreigners", False), ("AGS;Foreigners", False), ("town;foreigners", False), ("name;foreigners", True)],
)
def test_one_indicator_is_taken_and_nothing_else(coesfeld, heading, named):
    entered = read_indicator_csv(csv_of(coesfeld, heading, named=named), coesfeld, "azr.csv")
    found = changes(coesfeld, entered.figures)
    assert {(change.column, change.new) for change in found} == {("foreigners", 1070.5)}
    assert len(found) == 11


def test_keys_without_their_zero_are_repaired_and_told(coesfeld):
    content = csv_of(coesfeld).replace(b"05558", b"5558")
    entered = read_indicator_csv(content, coesfeld, "azr.csv")
    assert entered.figures.indicators["foreigners"]["05558036"] == 1070.5
    assert entered.notices[0].text("en").startswith("azr.csv:2, ags: 11 municipality keys")


def test_three_decimals_are_read_where_the_table_leaves_no_doubt(coesfeld):
    content = csv_of(coesfeld).replace(b"05558036;1070,5", b"05558036;1,250")
    assert read_indicator_csv(content, coesfeld, "azr.csv").figures.indicators["foreigners"]["05558036"] == 1.25
    lines = faults(csv_of(coesfeld, value="1.250"), coesfeld)
    assert len(lines) == 11
    assert lines[0].startswith("azr.csv:2, foreigners: “1.250” can be read in two ways")


def test_every_fault_has_its_line_and_column(coesfeld):
    content = csv_of(coesfeld).replace(b"05558004;1070,5", b"05558004;many").replace(b"05558008", b"05515000")
    assert [line.split(": ")[0] for line in faults(content, coesfeld)] == ["azr.csv:2, foreigners", "azr.csv:3, ags"]
    assert "there is no row for Senden (05558044)" in faults(csv_of(coesfeld)[:-20], coesfeld)[0]


@pytest.mark.parametrize(
    ("heading", "said"),
    [
        ("ags;foreigner", "did you mean “foreigners”?"),
        ("population;foreigners", "“ags” or “name”"),
        ("ags;ags", "the column is there twice"),
        ("foreigners;foreigners", "the column is there twice"),
        ("ags;Municipality key (AGS)", "the column is there twice"),
    ],
)
def test_headings_that_do_not_fit_are_told(coesfeld, heading, said):
    assert any(said in line for line in faults(csv_of(coesfeld, heading), coesfeld))


@pytest.mark.parametrize("content", [b"", b"\0\0", b"\xff\xfe\0a", b"ags", b"PK\x03\x04", b"ags;foreigners\n"])
def test_what_is_no_such_table_is_refused(coesfeld, content):
    assert faults(content, coesfeld)


def test_an_export_of_the_same_figures_changes_nothing(coesfeld):
    rows = [
        f"{town.ags};{town.name};{town.indicators['area_km2']}".replace(".", ",") for town in coesfeld.municipalities
    ]
    content = ("ags;name;area_km2\n" + "\n".join(rows)).encode("utf-8-sig")
    assert read_indicator_csv(content, coesfeld, "x.csv").figures == figures_of(coesfeld)
