from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from counties import county_texts, write_county

from files.faults import InputError
from geodata.county import County, load_county
from optimizer.problem import GivenDistrict
from scenarios.plan_table import PlanTable, read_plan

# The county of four squares in a row: Adorf, Bestadt, Cehausen, Dekirchen.
A, B, C, D = (f"05999{number:03}" for number in (4, 8, 12, 16))


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> County:
    return load_county(write_county(tmp_path_factory.mktemp("geodata"), county_texts(columns=4)))


def read(folder: Path, county: County, text: str, only_employer: str | None = None) -> PlanTable:
    path = folder / "plan.csv"
    path.write_bytes(text.encode("cp1252"))
    return read_plan(path, county, only_employer=only_employer)


def test_a_plan_is_read_from_a_table(tmp_path: Path, county: County) -> None:
    text = (
        "municipality;district;employer;fte;hub\n"
        "Bestadt;Süd;ki;;5999008\n5999004;Süd;;2,5;\nCehausen;Nord;Adorf;0,1;\nDekirchen;Nord;Adorf;0,10;\n"
    )
    plan = read(tmp_path, county, text)
    assert plan.districts == (
        GivenDistrict("ki", (A, B), Fraction(5, 2), B),
        GivenDistrict(A, (C, D), Fraction(1, 10), None),
    )
    assert {notice.column for notice in plan.notices} == {"municipality", "hub"}


def test_a_plan_that_breaks_rules_is_read(tmp_path: Path, county: County) -> None:
    text = "municipality,district,employer,fte,hub\nAdorf,1,ki,2,\nBestadt,1,,,\nBestadt,2,ki,1.5,Dekirchen\n"
    assert read(tmp_path, county, text).districts == (
        GivenDistrict("ki", (A, B), Fraction(2)),
        GivenDistrict("ki", (B,), Fraction(3, 2), D),
    )


def test_a_table_need_not_name_the_only_employer(tmp_path: Path, county: County) -> None:
    text = "municipality,district\nAdorf,1\nBestadt,1\n"
    assert read(tmp_path, county, text, "ki").districts == (GivenDistrict("ki", (A, B)),)
    with pytest.raises(InputError, match=r"plan\.csv:2, employer: the district “1” has no employer"):
        read(tmp_path, county, text)


@pytest.mark.parametrize(
    ("rows", "place", "wrong"),
    [
        ("Xdorf,1,ki,,", "2, municipality", "no municipality “Xdorf”"),
        ("05999999,1,ki,,", "2, municipality", "no municipality “05999999”"),
        ("Adorf,,ki,,", "2, district", "no name is given"),
        ("Adorf,1,kii,,", "2, employer", "no employer “kii”"),
        ("Adorf,1,ki,,\nAdorf,1,ki,,", "3, municipality", "Adorf is there twice, first in line 2"),
        ("Adorf,1,ki,2,\nAdorf,1,ki,2,", "3, municipality", "Adorf is there twice, first in line 2"),
        ("Adorf,1,ki,,\nBestadt,2,ki,,\nAdorf,2,,,", "4, municipality", "Adorf is in two districts: each municipality"),
        ("Bestadt,1,ki,,\nAdorf,2,ki,,\nAdorf,1,,,", "4, municipality", "sizes cannot be found"),
        ("Adorf,1,ki,,\nBestadt,1,awo,,", "3, employer", "“awo” contradicts an earlier row"),
        ("Adorf,1,ki,1,\nBestadt,1,ki,2,", "3, fte", "“2” contradicts an earlier row"),
        ("Adorf,1,ki,,Adorf\nBestadt,1,ki,,Bestadt", "3, hub", "“Bestadt” contradicts an earlier row"),
        ("Adorf,1,ki,1,\nBestadt,2,ki,,", "3, fte", "the district “2” has no team size though others have"),
        ("Adorf,1,ki,0,", "2, fte", "a team needs posts"),
        ("Adorf,1,ki,viel,", "2, fte", "“viel” is not a number"),
        ("Adorf,1,ki,,Xdorf", "2, hub", "no municipality “Xdorf”"),
        ("Adorf,1,ki", "2", "the row has 3 cells"),
    ],
)
def test_a_fault_of_a_plan_table_names_its_cell(
    tmp_path: Path, county: County, rows: str, place: str, wrong: str
) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, county, f"municipality,district,employer,fte,hub\n{rows}\n")
    (line,) = caught.value.lines("en")
    assert f"plan.csv:{place}: " in line
    assert wrong in line


def test_an_empty_plan_is_a_fault(tmp_path: Path, county: County) -> None:
    with pytest.raises(InputError, match="the plan is empty"):
        read(tmp_path, county, "municipality,district\n")


HEADINGS = "municipality;district;employer;fte;hub"


@pytest.mark.parametrize(
    "text",
    [
        "Kommune;Bezirk;Träger;Stellen;Standort\nAdorf;1;ki;2;\nBestadt;1;;;\nCehausen;2;ki;1;\n",
        "AGS;BEZIRK;Anstellungsträger;VZÄ;Standort\n5999004;1;ki;2;\n5999008;1;;;\n5999012;2;ki;1;\n",
        "Bezirk;Gemeinde;Träger;Stellen\n1;Adorf;ki;2\n1;Bestadt;;\n2;Cehausen;ki;1\n",
        f"sep=;\n{HEADINGS};;\nAdorf, Stadt;1;ki;2;;;\nBestadt;1.0;;;;;\nCehausen;2,0;ki;1;;;\n",
        f"Bezirke 2025;;;;\n\n{HEADINGS}\nAdorf;1;ki;2;\nBestadt;1;;;\nCehausen;2;ki;1;\nDekirchen;0;;;\nSumme;;;3;\n",
        f"{HEADINGS}\nAdorf;1;ki;2;\nBestadt;1;;;\nCehausen;2;ki;1;\nDekirchen;;;;\n",
    ],
)
def test_headings_and_numbers_are_taken_as_people_write_them(tmp_path: Path, county: County, text: str) -> None:
    plan = read(tmp_path, county, text)
    assert plan.labels == ("1", "2")
    assert plan.districts == (GivenDistrict("ki", (A, B), Fraction(2)), GivenDistrict("ki", (C,), Fraction(1)))


def test_a_district_spelt_in_two_ways_is_one_and_told(tmp_path: Path, county: County) -> None:
    text = f"{HEADINGS}\nAdorf;West;ki;2;\nBestadt;west ;;;\nCehausen;WEST;;;\nDekirchen;-;;;\n"
    plan = read(tmp_path, county, text)
    assert plan.labels == ("West",)
    assert [len(district.municipalities) for district in plan.districts] == [3]
    assert [notice.text("en").rpartition("/")[2] for notice in plan.notices] == [
        "plan.csv:3, district: “west” is taken for “West”: a district of its own needs another name",
        "plan.csv:4, district: “WEST” is taken for “West”: a district of its own needs another name",
        "plan.csv:5, district: in no district: Dekirchen: left out of the plan",
    ]


def test_a_district_that_may_be_another_is_asked_for(tmp_path: Path, county: County) -> None:
    with pytest.raises(InputError, match=r"the district “Sud-Ost” has no employer.*or is it “Süd-Ost”"):
        read(tmp_path, county, f"{HEADINGS}\nAdorf;Süd-Ost;ki;2;\nBestadt;Sud-Ost;;;\n")


def test_posts_in_thousands_and_an_unknown_heading_are_told(tmp_path: Path, county: County) -> None:
    with pytest.raises(InputError, match=r"plan\.csv:2, fte: “1\.258” can be read in two ways"):
        read(tmp_path, county, "municipality,district,employer,fte,hub\nAdorf,1,ki,1.258,\n")
    with pytest.raises(
        InputError, match=r"Bemerkung: the column is not known: the list without this column, or one of"
    ):
        read(tmp_path, county, "Gemeinde;Bezirk;Bemerkung\nAdorf;1;neu\n", "ki")
    with pytest.raises(InputError, match=r"Employr: the column is not known: did you mean “employer”.*fte, hub"):
        read(tmp_path, county, "Municipality;District;Employr\nAdorf;1;ki\n")
