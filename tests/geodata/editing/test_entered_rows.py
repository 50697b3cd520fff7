"""Figures as rows of texts: there and back in each language."""

from __future__ import annotations

import dataclasses
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from files.faults import InputError
from geodata import COUNTIES
from geodata.county import load_county
from geodata.editing.changes import Kind, changes
from geodata.editing.entered_figures import read_entered
from geodata.editing.entered_rows import TextRow, table_columns, table_of_rows, text_rows
from geodata.editing.figures import TableName, county_with, figures_of
from geodata.records import NO_DRIVE, Connection
from translation import LANGUAGES, Language

COESFELD = load_county(COUNTIES / "05558-coesfeld")
FIGURES = figures_of(COESFELD)


def place(line: int | None, column: str | None) -> str:
    return f"row {line}, {column}"


def back(rows: dict[TableName, list[TextRow]]):
    tables = {name: table_of_rows(COESFELD, table_columns(FIGURES, name), rows[name], place) for name in rows}
    return read_entered(tables, COESFELD)


@pytest.mark.parametrize("language", LANGUAGES)
def test_rows_come_back_as_they_went(language):
    rows = {name: text_rows(FIGURES, COESFELD, name, language) for name in TableName}
    assert back(json.loads(json.dumps(rows))).figures == FIGURES


def test_figures_are_written_as_the_language_does():
    german, english = (text_rows(FIGURES, COESFELD, TableName.INDICATORS, language)[0] for language in LANGUAGES)
    assert german["area_km2"] == "106,32"
    assert english["area_km2"] == "106.32"
    assert german["population"] == english["population"] == "15459"


@settings(max_examples=200)
@given(value=st.just(0.0) | st.floats(1e-9, 1e12), language=st.sampled_from(LANGUAGES))
def test_any_figure_comes_back_to_the_last_digit(value: float, language: Language):
    services = (dataclasses.replace(FIGURES.services[0], fte=value), *FIGURES.services[1:])
    changed = dataclasses.replace(FIGURES, services=services)
    rows = {TableName.SERVICES: text_rows(changed, COESFELD, TableName.SERVICES, language)}
    assert back(rows).figures == changed


def test_both_decimal_marks_are_read_and_doubtful_ones_told():
    rows = text_rows(FIGURES, COESFELD, TableName.SERVICES, "de")
    rows[0]["fte"], rows[1]["fte"], rows[2]["fte"] = "1.5", "2,5", "1.500"
    with pytest.raises(InputError) as caught:
        back({TableName.SERVICES: rows})
    (line,) = caught.value.lines("en")
    assert line.startswith("row 3, fte: “1.500” can be read in two ways")


def test_rows_are_added_with_names_of_municipalities_and_empty_ones_left_out():
    rows = text_rows(FIGURES, COESFELD, TableName.SERVICES, "en")
    rows += [{}, {"name": " ", "fte": ""}]
    rows.append({"name": "Neu", "provider": "AWO", "kind": "MBE", "seat": "Dülmen", "catchment": "Olfen; Senden"})
    new = back({TableName.SERVICES: rows}).figures.services
    assert len(new) == len(FIGURES.services) + 1
    assert (new[-1].seat, new[-1].catchment, new[-1].fte) == ("05558016", ("05558036", "05558044"), None)


def test_a_removed_source_of_an_indicator_is_told():
    rows = text_rows(FIGURES, COESFELD, TableName.SOURCES, "en")
    rows = [row for row in rows if row["covers"] != "area_km2"]
    indicators = text_rows(FIGURES, COESFELD, TableName.INDICATORS, "en")
    with pytest.raises(InputError, match="the column has no source"):
        back({TableName.SOURCES: rows, TableName.INDICATORS: indicators})


def test_a_catchment_that_names_a_municipality_twice_or_none_is_told():
    rows = text_rows(FIGURES, COESFELD, TableName.SERVICES, "en")
    rows[0]["catchment"], rows[1]["catchment"] = "Olfen; olfen", ""
    with pytest.raises(InputError) as caught:
        back({TableName.SERVICES: rows})
    first, second = caught.value.lines("en")
    assert first.startswith("row 1, catchment: Olfen is named twice")
    assert second.startswith("row 2, catchment: no catchment is given: “all”, or names")


def test_bridges_and_ferries_are_entered_and_make_neighbours():
    rows = [
        {"first": "Olfen", "second": "05558020", "link": "Fähre"},
        {"first": "Olfen", "second": "Nottuln", "link": "bridge"},
    ]
    figures = back({TableName.NEIGHBOURS: rows}).figures
    assert figures.connections == (
        Connection("05558036", "05558020", "ferry"),
        Connection("05558036", "05558032", "bridge"),
    )
    county = county_with(COESFELD, figures)
    assert county.neighbours["05558036"] == COESFELD.neighbours["05558036"] | {"05558020", "05558032"}
    changed = [(change.kind, change.row) for change in changes(COESFELD, figures)]
    assert changed == [(Kind.ADDED, "Olfen – Havixbeck"), (Kind.ADDED, "Olfen – Nottuln")]
    rows = text_rows(figures, county, TableName.NEIGHBOURS, "de")
    assert back({TableName.NEIGHBOURS: rows}).figures == figures
    assert back({TableName.NEIGHBOURS: rows[1:]}).figures.connections == figures.connections[1:]


def test_neighbours_that_cannot_be_are_told_at_their_row():
    rows = [
        {"first": "Olfen", "second": "Olfen", "link": "ferry"},
        {"first": "Olfen", "second": "Senden", "link": "tunnel"},
        {"first": "Olfen", "second": "Nottuln", "link": "ferry"},
        {"first": "Nottuln", "second": "Olfen", "link": "bridge"},
    ]
    with pytest.raises(InputError) as caught:
        back({TableName.NEIGHBOURS: rows})
    tunnel, itself, twice = caught.value.lines("en")
    assert tunnel.startswith("row 2, link: “tunnel” is not known here: one of: ferry, bridge")
    assert itself.startswith("row 1, None: Olfen (05558036) is no neighbour of itself")
    assert twice.startswith("row 4, None: the two neighbours stand there twice, first in line 3")


def test_not_by_car_is_entered_in_the_table_of_drives():
    rows = text_rows(FIGURES, COESFELD, TableName.TRAVEL, "de")
    rows[0] |= {"km": "", "minutes": "", "method": "nicht mit dem Auto"}
    figures = back({TableName.TRAVEL: rows}).figures
    pair = next(iter(FIGURES.travel))
    assert figures.travel[pair] == NO_DRIVE
    assert text_rows(figures, COESFELD, TableName.TRAVEL, "de")[0]["method"] == "none"
