"""What the application is started with, wherever that is done from: Streamlit's settings and the data directory.

The settings stand in ``.streamlit/config.toml``, where Streamlit finds them itself when ``app.py`` of a checkout is
run. A wheel has no such folder beside ``app.py``; there the file is ``command/settings/config.toml`` (pyproject.toml).
"""

from __future__ import annotations

import json
import os
import re
import tomllib
from pathlib import Path

from scenarios.library import VARIABLE

#: Names the settings of a server (serving/settings.py, which knows more than a command needs to load).
_SETTINGS = "KIM_SETTINGS"
_SHIPPED = Path(__file__).parent / "settings" / "config.toml"
_IN_CHECKOUT = Path(__file__).parents[1] / ".streamlit" / "config.toml"


def settings_file() -> Path:
    """The file with the settings: that of the wheel, else that of the checkout."""
    return _SHIPPED if _SHIPPED.is_file() else _IN_CHECKOUT


def environment() -> dict[str, str]:
    """The environment variables for the application, which runs in a folder of its own.

    Settings are variables and not options, so that whoever sets one of these variables has the last word.
    """
    found = {**settings_as_variables(), **os.environ}
    for name in (VARIABLE, _SETTINGS):
        if found.get(name):
            found[name] = str(Path(found[name]).absolute())
    return found


def settings_as_variables() -> dict[str, str]:
    """Each setting under the variable that Streamlit reads it from, such as ``STREAMLIT_SERVER_FILE_WATCHER_TYPE``."""
    sections = tomllib.loads(settings_file().read_text("utf-8"))
    return {
        f"STREAMLIT_{section}_{_with_underscores(name)}".upper(): value if isinstance(value, str) else json.dumps(value)
        for section, settings in sections.items()
        for name, value in settings.items()
    }


def _with_underscores(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
