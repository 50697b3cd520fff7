"""A plan as GeoPackage: all tables of features in one file, with styles that QGIS draws them by.

Coordinates are those of German surveying offices, ETRS89 / UTM zone 32N, in metres.
"""

from __future__ import annotations

import sqlite3
import warnings
from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas
import pandas
import pyogrio

from optimizer.plan import Plan
from reports.gis.features import FeatureTable, feature_tables
from reports.gis.styles import style
from scenarios.assemble import LoadedScenario
from translation import Language, translate
from wording import sentences as wording

CRS = "EPSG:25832"
#: Where QGIS looks for the styles of a table: https://docs.qgis.org, "Saving styles in the database".
_STYLES = """
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
  f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
  useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME)
"""


def plan_geopackage(loaded: LoadedScenario, plan: Plan, language: Language, *, day: date) -> bytes:
    """The tables of :mod:`reports.gis.features`, a table ``about``, and the styles; the same input, the same bytes."""
    tables = feature_tables(loaded.county, plan, language)
    moment = f"{day.isoformat()}T00:00:00.000Z"
    with TemporaryDirectory() as folder:
        path = Path(folder) / "plan.gpkg"
        kept = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
        # Else every file carries the moment at which it was written.
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": moment})
        try:
            for table in tables:
                _write(table, path)
            _write_about(_about(loaded, language, day), path)
        finally:
            pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": kept})
        _add_styles(path, tables, plan, language, moment)
        return path.read_bytes()


def _write(table: FeatureTable, path: Path) -> None:
    rows = [dict(feature.columns) for feature in table.features]
    shapes = [feature.shape for feature in table.features]
    frame = geopandas.GeoDataFrame(rows, geometry=shapes, crs=4326).to_crs(CRS)
    kinds = {shape.geom_type for shape in shapes}
    # A table has one type: where one municipality has several parts, all are written as such.
    promote = kinds & {"Polygon", "MultiPolygon"} != set()
    with warnings.catch_warnings():
        # A column of a figure that is not known anywhere has no type of its own.
        warnings.filterwarnings("ignore", message=".*all-NA.*")
        pyogrio.write_dataframe(frame, path, layer=table.name, driver="GPKG", promote_to_multi=promote, append=False)


def _about(loaded: LoadedScenario, language: Language, day: date) -> list[tuple[str, str]]:
    said = [("scenario", loaded.scenario.name), ("county", loaded.county.name), ("date", day.isoformat())]
    return [*said, *(("source", translate(source, language)) for source in wording.sources(loaded.county))]


def _write_about(rows: Iterable[tuple[str, str]], path: Path) -> None:
    frame = pandas.DataFrame(rows, columns=["what", "text"])
    pyogrio.write_dataframe(frame, path, layer="about", driver="GPKG")


def _add_styles(path: Path, tables: Sequence[FeatureTable], plan: Plan, language: Language, moment: str) -> None:
    with closing(sqlite3.connect(path)) as base, base:
        base.execute(_STYLES)
        base.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change, srs_id) "
            "VALUES ('layer_styles', 'attributes', 'layer_styles', '', ?, 0)",
            (moment,),
        )
        for table in tables:
            drawn = style(table, plan, language)
            base.execute(
                "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName,"
                " styleQML, styleSLD, useAsDefault, description, owner, ui, update_time)"
                " VALUES ('', '', ?, 'geom', ?, ?, '', 1, ?, '', NULL, ?)",
                (table.name, drawn.name, drawn.qml, drawn.description, moment),
            )
