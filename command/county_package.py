"""``kim county package``: a county as a Frictionless data package."""

from __future__ import annotations

import argparse
from pathlib import Path

from command.screen import Screen
from command.status import ExitStatus
from files.writing import make_folder, write_atomically
from geodata import county_folder
from geodata.county import load_county
from geodata.editing.data_package import archive_name, data_package
from translation import msg


def run(options: argparse.Namespace, screen: Screen) -> ExitStatus:
    """Writes the package. Raises ``InputError`` where there is no such county, or no place to write to."""
    county = load_county(county_folder(options.county, Path(), anywhere=True))
    screen.notices(county.notices)
    make_folder(options.out)
    file = options.out / archive_name(county)
    write_atomically(file, data_package(county, screen.language))
    screen.done(msg("Written: {file}", file=file))
    return ExitStatus.DONE
