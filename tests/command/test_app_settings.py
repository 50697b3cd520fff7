"""Streamlit's settings as ``kim app`` hands them on: each under the name, and in the form, that Streamlit reads."""

from __future__ import annotations

import json
import tomllib

from streamlit import config

from command.app_settings import settings_as_variables, settings_file


def test_streamlit_knows_every_setting() -> None:
    known = {option.env_var: option for option in config._config_options_template.values()}
    variables = settings_as_variables()
    sections = tomllib.loads(settings_file().read_text("utf-8"))
    assert len(variables) == sum(map(len, sections.values()))
    assert set(variables) <= set(known)
    # Of these it would take each word of the variable for a value.
    assert [name for name in variables if known[name].multiple] == []


def test_values_are_written_as_streamlit_reads_them() -> None:
    variables = settings_as_variables()
    assert variables["STREAMLIT_BROWSER_GATHER_USAGE_STATS"] == "false"
    assert variables["STREAMLIT_THEME_PRIMARY_COLOR"] == "#0b4f8a"
    assert json.loads(variables["STREAMLIT_THEME_HEADING_FONT_SIZES"]) == ["1.6rem", "1.2rem", "1.05rem", "1rem"]
