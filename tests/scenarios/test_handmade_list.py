"""A list of municipalities and districts as the layer of a plan made by hand."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from counties import county_texts, write_county

from geodata.county import County, load_county
from scenarios.handmade import HandmadeLayer
from scenarios.handmade_list import listed_layer
from scenarios.plan_table import read_plan

A, B, C, D = (f"05999{number:03}" for number in (4, 8, 12, 16))


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> County:
    return load_county(write_county(tmp_path_factory.mktemp("geodata"), county_texts(columns=4)))


def _layer(county: County, folder: Path, rows: str) -> HandmadeLayer:
    path = folder / "plan.csv"
    path.write_text(f"municipality;district;fte\n{rows}", encoding="utf-8")
    sizes = {frozenset((A, B)): Fraction(3), frozenset((C,)): Fraction(1)}
    return listed_layer(read_plan(path, county, only_employer="ki"), sizes)


def test_numbers_stay_numbers_and_other_labels_are_names(county: County, tmp_path: Path) -> None:
    layer = _layer(county, tmp_path, "Cehausen;7;\nAdorf;2;\nBestadt;2;\n")
    assert [(d.number, d.name, d.fte, d.municipalities) for d in layer.districts] == [
        (2, None, Fraction(3), (A, B)),
        (7, None, Fraction(1), (C,)),
    ]
    assert layer.district_of(D) is None
    layer = _layer(county, tmp_path, "Cehausen;Süd;1,5\nAdorf;2;2\nDekirchen;2;\n")
    assert [(d.number, d.name, d.fte, d.municipalities) for d in layer.districts] == [
        (1, "Süd", Fraction(3, 2), (C,)),
        (2, "2", Fraction(2), (A, D)),
    ]
    assert layer.changes == 0
