"""Figures of one or more indicators from a CSV table with a row for each municipality."""

from __future__ import annotations

from files.csv_table import Row, parse_table
from files.faults import InputError
from files.typed import instead, shown
from geodata.county import County
from geodata.editing.entered import entered_table
from geodata.editing.entered_figures import Entered, read_entered
from geodata.editing.figures import TableName
from geodata.editing.labels import column_label, spellings
from geodata.labels import covered
from translation import msg


def read_indicator_csv(content: bytes, county: County, file: str) -> Entered:
    """The figures of ``county`` with those of the CSV table in ``content``, named ``file`` in faults.

    It has a column with keys or names of municipalities (``ags`` or ``name``, or both) and one for each indicator,
    headed by its name in any language. Raises ``InputError`` with every fault, by line and column.
    """
    table = parse_table(content, file, (), others=True)
    headings = {s: c for c in ("ags", "name") for s in spellings(c, column_label(TableName.INDICATORS, c))}
    headings |= {s: indicator for indicator in county.indicator_names for s in spellings(indicator, covered(indicator))}
    columns = {column: headings.get(column.casefold()) for column in table.columns}
    for column, known in columns.items():
        if known is None:
            table.fault(Row(1, {}), shown(column), msg("the column is not known"), instead(column, headings))
    if table.columns and not {"ags", "name"} & set(columns.values()):
        wrong = msg("the column is missing")
        table.fault(Row(1, {}), "ags", wrong, msg("a column “ags” or “name” that says which municipality a row is of"))
    if len(set(columns.values())) < len(columns):
        table.fault(Row(1, {}), None, msg("two columns hold the same"), msg("each column once; delete one"))
    table.check()
    rows = []
    for row in table.rows:
        cells = {str(columns[column]): text for column, text in row.cells.items()}
        rows.append(Row(row.line, {"ags": cells.get("ags") or cells.get("name", ""), **cells}))

    def place(line: int | None, column: str | None) -> str:
        where = shown(file) + (f":{line}" if line is not None else "")
        return f"{where}, {column}" if column else where

    entered = entered_table(county, tuple(str(column) for column in columns.values()), rows, place)
    # Here, unlike in a workbook, the columns themselves show which decimal mark is meant.
    entered.decimal_mark = table.mark
    try:
        return read_entered({TableName.INDICATORS: entered}, county)
    except InputError as error:
        raise InputError([*table.faults, *error.faults]) from None
