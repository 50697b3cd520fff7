"""What is unlikely in figures: told for what it is, and never of the official figures of the counties."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata import COUNTIES
from geodata.county import County, load_county
from geodata.editing.changes import changes
from geodata.editing.figures import Figures, dated, figures_of
from geodata.editing.plausibility import (
    Doubt,
    by_what_stands_out,
    checked_cells,
    doubts_in,
    new_doubts,
    newest_date,
    notices,
    unconfirmed_doubts,
)
from geodata.records import Checked
from translation import translate

TODAY = date(2026, 11, 28)
OLFEN, SENDEN = "05558036", "05558044"


@pytest.fixture(scope="module")
def county() -> County:
    return load_county(COUNTIES / "05558-coesfeld")


def _with(county: County, column: str, ags: str, value: float | None) -> Figures:
    old = figures_of(county)
    return dataclasses.replace(old, indicators={**old.indicators, column: {**old.indicators[column], ags: value}})


def _doubts(county: County, new: Figures) -> list[Doubt]:
    return new_doubts(county, new, changes(county, new), TODAY)


def _reasons(doubts: list[Doubt]) -> list[str]:
    return [translate(doubt.reason, "en") for doubt in doubts]


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("foreigners", 600, ()),
        ("foreigners", 0.561, ("about 1/1,000 of the old figure", "a fraction of a person")),
        ("foreigners", 5_610, ("about 10 times the old figure",)),
        ("foreigners", 56_100, ("about 100 times the old figure", "more than population (census) 12,814")),
        ("foreigners", 900, ("more than 30% from the old figure",)),
        ("foreigners", 0, ("0 where there was a figure",)),
        ("migration_history", 13_000, ("more than population (census) 12,814", "about 10 times")),
        ("population", 5_558_036, ("looks like the municipality key 05558036", "people per km²", "do not fit")),
        ("population", 55_580_360_036, ("looks like the municipality key 055580360036",)),
        ("population", 12.814, ("a fraction of a person", "about 1/1,000", "more than population (census) 12.814")),
        ("population", 1e12, ("about 100,000,000 times", "people per km²")),
        ("area_km2", 5238, ("about 100 times the old figure", "the boundary encloses 52")),
        ("area_km2", 44, ("the boundary encloses 52",)),
        ("area_km2", None, ()),
    ],
)
def test_what_is_told_of_a_figure(county: County, column: str, value: float | None, told: tuple[str, ...]) -> None:
    found = _reasons(_doubts(county, _with(county, column, OLFEN, value)))
    assert bool(found) == bool(told)
    for text in told:
        assert any(text in reason for reason in found), (text, found)


def test_dates_in_the_future_are_told_and_the_newest_is_offered(county: County) -> None:
    old, new = figures_of(county), _with(county, "foreigners", OLFEN, 600.0)
    assert newest_date(old, new) is None
    for day, told in ((date(2026, 11, 28), []), (date(2026, 11, 29), ["the date lies in the future"])):
        entered = dated(old, new, day)
        assert newest_date(old, entered) == day
        still = ["the source is still called “Zensus 2022, Regionaltabelle Demografie”"]
        assert _reasons(_doubts(county, entered)) == told + still
        renamed = [dataclasses.replace(source, title="Ausländer 2026") for source in entered.sources]
        assert _reasons(_doubts(county, dataclasses.replace(entered, sources=tuple(renamed)))) == told


def test_what_stands_out_comes_first_and_then_the_greatest_change(county: County) -> None:
    new = _with(county, "foreigners", OLFEN, 600.0)
    values = new.indicators["foreigners"] | {"05558004": 1080.0, SENDEN: 17160.0}
    new = dataclasses.replace(new, indicators={**new.indicators, "foreigners": values})
    found = by_what_stands_out(changes(county, new), _doubts(county, new))
    assert [(change.row, len(doubts)) for change, doubts in found] == [("Senden", 1), ("Olfen", 0), ("Ascheberg", 0)]


def test_a_part_that_was_not_touched_is_told_of_where_its_whole_shrinks(county: County) -> None:
    new = _with(county, "population", OLFEN, 1000)
    ((_, doubts),) = by_what_stands_out(changes(county, new), _doubts(county, new))
    assert any("more than population (census) 1,000" in reason for reason in _reasons(list(doubts)))


def _county(county: County, figures: Figures) -> County:
    towns = tuple(
        dataclasses.replace(town, indicators={name: values[town.ags] for name, values in figures.indicators.items()})
        for town in county.municipalities
    )
    return dataclasses.replace(county, municipalities=towns)


@settings(max_examples=20, deadline=None)
@given(old=st.integers(1, 10**4), new=st.integers(1, 10**4))
def test_a_change_is_told_of_exactly_where_it_is_more_than_three_tenths(county: County, old: int, new: int) -> None:
    base = _county(county, _with(county, "foreigners", OLFEN, float(old)))
    told = [r for r in _reasons(_doubts(base, _with(base, "foreigners", OLFEN, float(new)))) if "old" in r]
    assert len(told) == (abs(new / old - 1) > 0.3)


def test_the_official_figures_are_told_nothing_of() -> None:
    for folder in ("05558-coesfeld", "05334-staedteregion-aachen", "05366-euskirchen"):
        found = load_county(COUNTIES / folder)
        assert doubts_in(found, figures_of(found), TODAY) == []
        assert notices(found, TODAY, found) == ()


def test_the_command_line_names_file_town_and_both_figures(county: County) -> None:
    other = _county(county, _with(county, "foreigners", OLFEN, 5.61))
    first, second = notices(other, TODAY, county)
    where = "05558-coesfeld/municipalities.csv, foreigners: Olfen: "
    assert first.text("en").startswith(f"{where}a fraction of a person")
    assert second.text("en").startswith(f"{where}561 → 5.61, about 1/100 of the old figure")


def test_what_was_confirmed_is_not_told_again_until_the_figure_changes(county: County) -> None:
    other = _county(county, _with(county, "foreigners", OLFEN, 561.5))
    doubts = unconfirmed_doubts(other, TODAY)
    figures = checked_cells(doubts, other, figures_of(other))
    assert figures == ["Olfen, foreigners: 561.5"]
    confirmed = dataclasses.replace(other, checked=(Checked(tuple(figures), "2026-01-31", "AB"),))
    assert notices(confirmed, TODAY) == ()
    changed = _county(confirmed, _with(county, "foreigners", OLFEN, 56.15))
    assert len(notices(changed, TODAY)) == 1
