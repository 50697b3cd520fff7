"""``kim county build``: a county folder from the official files, or those of all counties of a state."""

from __future__ import annotations

import argparse

from command.screen import Screen
from command.status import ExitStatus
from files.faults import Fault, InputError
from geodata.official.build import build_county
from geodata.official.figures import counties_of
from translation import msg

ALL = "all"
_LOCAL = ("town_halls", "travel", "services", "employers")


def run(options: argparse.Namespace, screen: Screen) -> ExitStatus:
    """Builds the folders; one that cannot be built keeps none of the others from it."""
    if options.ags != ALL:
        _build(options.ags, options, screen)
        return ExitStatus.DONE
    faults = [
        Fault(f"--{name.replace('_', '-')}", msg("it is of one county"), msg("that county by itself"))
        for name in _LOCAL
        if getattr(options, name) is not None
    ]
    if faults:
        raise InputError(faults)
    for ags in counties_of(options.figures):
        try:
            _build(ags, options, screen)
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(faults)
    return ExitStatus.DONE


def _build(ags: str, options: argparse.Namespace, screen: Screen) -> None:
    with screen.err.status(screen.line(msg("Building the county folder …"))):
        county = build_county(
            ags,
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
