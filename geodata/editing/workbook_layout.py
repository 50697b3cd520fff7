"""How a county's figures are laid out in a workbook: sheets, columns and rows, the same for writing and reading."""

from __future__ import annotations

from collections.abc import Mapping

from geodata.editing.figures import COLUMNS, Figures, TableName
from geodata.editing.labels import COLUMN_LABELS, TABLES, WHOLE_COUNTY, spellings
from geodata.records import SOURCE_KEYS, TARGET_GROUP, Source
from translation import Message, msg

#: The first sheet, which explains the others.
GUIDE = msg("How it works")
#: Sheets that a paper puts before them, with the results of scenarios.
OVERVIEW = msg("Overview")
COMPARISON = msg("Comparison")
COVERAGE = msg("Coverage")
PLAN_DISTRICTS = msg("Plan by district")
PLAN_MUNICIPALITIES = msg("Plan by municipality")
PLAN_TRAVEL = msg("Travel of the plan")
PLAN_RULES = msg("Rules of the plan")
WHY_THIS_PLAN = msg("Why this plan")
THE_WAY_THERE = msg("The way there")
MONEY = msg("Money")
SETTINGS = msg("Settings")
FOUNDATIONS = msg("What this rests on")
_RESULTS = (
    OVERVIEW,
    COMPARISON,
    COVERAGE,
    PLAN_DISTRICTS,
    PLAN_MUNICIPALITIES,
    PLAN_TRAVEL,
    PLAN_RULES,
    WHY_THIS_PLAN,
    THE_WAY_THERE,
    MONEY,
    SETTINGS,
    FOUNDATIONS,
)
#: Rows of the sheet of indicators, below its heading, that say where the figures of a column come from.
SOURCE_ROWS = SOURCE_KEYS[1:]
#: The columns of each sheet; those of indicators follow.
SHEET_COLUMNS: Mapping[TableName, tuple[str, ...]] = {
    **COLUMNS,
    TableName.TRAVEL: ("from", "from_name", "to", "to_name", "km", "minutes", "method"),
}
#: Columns for people, and one that earlier workbooks do not have.
NOT_NEEDED = ("from_name", "to_name", TARGET_GROUP)


def has_no_figures(title: str) -> bool:
    """Whether a sheet explains or shows results, and so holds nothing to be read, in any language."""
    return any(title.casefold() in spellings("", label) for label in (GUIDE, *_RESULTS))


def table_of(title: str) -> TableName | None:
    """The table that a sheet of this title holds, in any language."""
    return next((name for name, label in TABLES.items() if title.casefold() in spellings(name, label)), None)


def source_row_of(text: str) -> str | None:
    """What a row of the sheet of indicators says of its columns' sources, in any language."""
    return next((key for key in SOURCE_ROWS if text.casefold() in spellings(key, COLUMN_LABELS[key])), None)


def sources_apart(figures: Figures) -> tuple[Source, ...]:
    """The sources that do not stand above an indicator of their own, and so have the sheet of sources."""
    above = {id(figures.source_of(indicator)) for indicator in figures.indicators}
    return tuple(source for source in figures.sources if id(source) not in above)


def meaning(table: TableName) -> Message:
    """What a table holds and what to mind, in a workbook and on screen."""
    return {
        TableName.INDICATORS: msg(
            "One row for each municipality, one column for each indicator. An empty cell is a figure that nobody "
            "published; it does not count as 0."
        ),
        TableName.SERVICES: msg(
            "Existing advice services, one row for each. FTE: full-time posts; of a range such as 1-3 the middle "
            "counts, and where nothing is known the service counts for nothing. Credit: the share of its hours that "
            "relieves case management, between 0 and 1; empty takes the share that the scenario sets. Catchment: the "
            "municipalities that it serves."
        ),
        TableName.TRAVEL: msg(
            "Drives by car from town hall to town hall, one way, in kilometres and minutes. Where one direction is "
            "missing, the other serves both. A pair that is not to be driven by car has its method and no figures."
        ),
        TableName.NEIGHBOURS: msg(
            "Municipalities without a common border that a bridge or ferry makes neighbours: a district may reach "
            "across. Each pair once. The drive itself stands in the table of drives; one by ferry is never estimated."
        ),
        TableName.EMPLOYERS: msg(
            "Who can employ case managers, with the municipality of its office. Scenarios refer to the short name: do "
            "not change that of an employer in use. Every municipality is an employer anyway and need not be listed."
        ),
        TableName.SOURCES: msg("Where the figures come from, of what date they are, and what has to be shown."),
    }[table]


def sheet_note(table: TableName) -> Message | None:
    """What to mind besides in the sheet of a table."""
    match table:
        case TableName.INDICATORS:
            return msg(
                "Above the figures stands where they come from: change the reference date when you enter new figures. "
                "A further indicator is a further column whose heading is a single word; publisher, title, reference "
                "date, licence and attribution are needed."
            )
        case TableName.SERVICES:
            return msg(
                "Catchment: “{all}”, or names of municipalities separated by semicolons.", all=WHOLE_COUNTY["all"]
            )
        case TableName.SOURCES:
            return msg("The sources of indicators stand above their figures, all others here.")
    return None
