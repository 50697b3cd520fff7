"""``kim county build``: a county folder from the official files."""

from __future__ import annotations

import argparse

from command.screen import Screen
from command.status import ExitStatus
from geodata.official.build import build_county
from translation import msg


def run(options: argparse.Namespace, screen: Screen) -> ExitStatus:
    """Builds the folder."""
    with screen.err.status(screen.line(msg("Building the county folder …"))):
        county = build_county(
            options.ags,
            figures=options.figures,
            boundaries=options.boundaries,
            town_halls=options.town_halls,
            travel=options.travel,
            services=options.services,
            employers=options.employers,
            out=options.out,
            replace=options.replace,
        )
    screen.notices(county.notices)
    text = msg(
        "{folder}: {name}, {count} municipalities",
        folder=county.folder,
        name=county.name,
        count=len(county.municipalities),
    )
    screen.done(text)
    return ExitStatus.DONE
