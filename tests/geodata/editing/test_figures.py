"""Figures: every fact of a county's tables once, and dates that go with new figures."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest

from geodata import COUNTIES
from geodata.county import County, load_county
from geodata.editing.figures import dated, figures_of
from tests.counties import county_texts, write_county


@pytest.fixture(scope="module")
def coesfeld() -> County:
    return load_county(COUNTIES / "05558-coesfeld")


def test_figures_hold_everything_that_can_be_changed(coesfeld):
    figures = figures_of(coesfeld)
    assert figures.indicators["migration_history"]["05558036"] == 1268
    assert tuple(figures.indicators) == coesfeld.indicator_names
    assert figures.services == coesfeld.services
    assert figures.travel == coesfeld.travel
    assert [employer.id for employer in figures.employers] == ["ki", "awo", "drk", "caritas", "skf"]
    named = [cover for source in coesfeld.sources for cover in source.covers]
    assert [source.covers[0] for source in figures.sources] == named
    assert all(len(source.covers) == 1 for source in figures.sources)


def test_an_indicator_has_the_source_of_its_file_where_it_has_none_of_its_own(tmp_path):
    texts = county_texts()
    whole = texts["county.yaml"].replace("[population, foreigners]", "[municipalities.csv]")
    figures = figures_of(load_county(write_county(tmp_path, texts | {"county.yaml": whole})))
    assert [source.covers for source in figures.sources] == [("municipalities.csv",), ("population",), ("foreigners",)]
    assert figures.source_of("foreigners").title == "Zählung"


def test_a_municipality_with_another_office_is_listed(tmp_path):
    texts = county_texts()
    listed = texts["county.yaml"].replace(
        "sources:", "  - {id: '05999008', kind: municipality, name: Bestadt, office: '05999004'}\nsources:"
    )
    figures = figures_of(load_county(write_county(tmp_path, texts | {"county.yaml": listed})))
    assert [employer.id for employer in figures.employers] == ["ki", "awo", "05999008"]


def test_new_figures_get_the_new_date_unless_their_source_says_more(coesfeld):
    old = figures_of(coesfeld)
    higher = {ags: value + 1 for ags, value in old.indicators["foreigners"].items()}
    new = dataclasses.replace(old, indicators={**old.indicators, "foreigners": higher})
    after = dated(old, new, date(2025, 12, 31))
    assert after.source_of("foreigners").reference_date == "2025-12-31"
    assert after.source_of("population").reference_date == "2022-05-15"
    renamed = tuple(
        dataclasses.replace(source, reference_date="31.12.2024") if source.covers == ("foreigners",) else source
        for source in new.sources
    )
    kept = dated(old, dataclasses.replace(new, sources=renamed), date(2025, 12, 31))
    assert kept.source_of("foreigners").reference_date == "31.12.2024"
    assert dated(old, old, date(2025, 12, 31)) == old
