"""The arguments of the command ``kim`` and their help, in German or English."""

from __future__ import annotations

import argparse
import gettext
import os
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from command.explore_parser import add_explore, add_report_sections, add_workers
from geodata import COUNTIES
from optimizer.solver import Solver
from translation import CATALOGUES, DOMAIN, LANGUAGES, Language, msg, translate

#: What argparse says of itself; listed here so that the catalogue has German for it.
ARGPARSE = (
    msg("usage: "),
    msg("options"),
    msg("positional arguments"),
    msg("show this help message and exit"),
    msg("%(prog)s: error: %(message)s\n"),
    msg("argument %(argument_name)s: %(message)s"),
    msg("the following arguments are required: %s"),
    msg("unrecognized arguments: %s"),
    msg("invalid choice: %(value)r (choose from %(choices)s)"),
    msg("invalid %(type)s value: %(value)r"),
    msg("expected one argument"),
    msg("expected at least one argument"),
)


def language_of(given: Sequence[str]) -> Language:
    """The language asked for. Needed before the arguments are read, because their help is in it too."""
    chosen: Language = "de"
    for option, value in zip(["", *given], [*given, ""], strict=True):
        wanted = value if option == "--lang" else option.removeprefix("--lang=")
        for language in LANGUAGES:
            if wanted == language and (option == "--lang" or option.startswith("--lang=")):
                chosen = language
    return chosen


def parser(language: Language = "de") -> argparse.ArgumentParser:
    """The arguments of the command, explained in ``language``; ``run`` names the module that does it."""
    # argparse looks up its own words in the default domain of gettext.
    gettext.bindtextdomain(DOMAIN, str(CATALOGUES))
    gettext.textdomain(DOMAIN)
    os.environ["LANGUAGE"] = language

    def text(message: object) -> str:
        return translate(message, language).replace("%", "%%")

    top = argparse.ArgumentParser(
        prog="kim", description=text(msg("Where integration case managers work: plans that are proven best."))
    )
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--lang", choices=LANGUAGES, default="de", help=text(msg("language of the output")))
    solving = argparse.ArgumentParser(add_help=False, parents=[common])
    solving.add_argument(
        "--solver",
        choices=[solver.value for solver in Solver],
        help=text(msg("solver; the plan does not depend on it")),
    )
    solving.add_argument(
        "--time-limit",
        type=lambda value: _seconds(value, language),
        metavar="S",
        help=text(msg("seconds; after that the best plan so far comes with its gap")),
    )
    output = argparse.ArgumentParser(add_help=False)
    output.add_argument(
        "--json", metavar="FILE", help=text(msg("write the result to a file too; - writes it alone to standard output"))
    )
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    scenario = text(msg("scenario file, or the name of a shipped scenario"))

    def command(name: str, about: object, *parents: argparse.ArgumentParser) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=text(about), description=text(about), parents=list(parents))
        added.set_defaults(run=name)
        return added

    added = command("solve", msg("find the best plan of a scenario and prove it"), solving, output)
    added.add_argument("scenario", metavar="SCENARIO", help=scenario)
    without = msg("as if there were no existing services: how far the plan rests on them")
    added.add_argument("--without-existing-services", action="store_true", help=text(without))

    added = command("evaluate", msg("figures and breaches of a plan made by hand"), solving, output)
    added.add_argument("scenario", metavar="SCENARIO", help=scenario)
    columns = msg("table with the columns municipality, district, employer, fte, hub")
    added.add_argument("--plan", metavar="PLAN.csv", required=True, type=Path, help=text(columns))
    number = msg("number of the layer that the plan is for")
    added.add_argument("--layer", metavar="N", type=int, default=1, help=text(number))

    added = command("verify", msg("work out a result again from its inputs, with code of its own"), solving)
    added.add_argument("result", metavar="RESULT.json", type=Path, help=text(msg("a result of “kim solve --json”")))
    whose = msg("scenario that the result is of; else the one with its name")
    added.add_argument("--scenario", metavar="SCENARIO", help=text(whose))

    added = command("compare", msg("several scenarios side by side"), solving)
    added.add_argument("scenarios", metavar="SCENARIO", nargs="+", help=scenario)

    added = command("report", msg("papers for the committee: report, slides, workbook and maps"), solving)
    added.add_argument("scenarios", metavar="SCENARIO", nargs="+", help=scenario)
    _report_options(added, text, language)
    add_report_sections(added, text)

    add_explore(commands, (solving, output), text, scenario)

    added = command("check", msg("check scenario files and county folders, and name every fault"), common)
    added.add_argument("paths", metavar="PATH", nargs="+", help=text(msg("scenario file, county folder or name")))

    _county_command(commands, common, text, language)
    added = command("schema", msg("JSON Schema of a result or of a scenario"), common)
    added.add_argument("of", choices=["result", "scenario"], help=text(msg("what the schema is of")))
    added.add_argument("--out", metavar="FILE", default="-", help=text(msg("file; else standard output")))
    _state_command(command("state", msg("many counties under the same rules, side by side"), solving), text, language)

    _operating_commands(command, common, text)
    _app_options(command("app", msg("start the application in the browser"), common), text)
    return top


def _app_options(app: argparse.ArgumentParser, text: Callable[[object], str]) -> None:
    _address(app, text)
    base = msg("path that the application is served under, behind a proxy; else that of the server as a whole")
    app.add_argument("--base-path", metavar="PATH", default="", help=text(base))
    host = msg(
        "name that browsers may ask for beside localhost, with a port that is not the usual one; repeat for more"
    )
    app.add_argument("--host", metavar="NAME", action="append", default=[], help=text(host))
    settings = msg("settings of a server: login, rights, names, audit record")
    app.add_argument("--settings", metavar="FILE", type=Path, help=text(settings))
    app.add_argument("--no-browser", action="store_true", help=text(msg("do not open a browser")))
    token = msg("let in everybody who reaches the port, without a token in the address: behind a proxy")
    app.add_argument("--no-token", action="store_true", help=text(token))


def _operating_commands(
    command: Callable[..., argparse.ArgumentParser],
    common: argparse.ArgumentParser,
    text: Callable[[object], str],
) -> None:
    """What those ask for who run the planner for others."""
    added = command("backup", msg("put all that was saved into one archive, and check it"), common)
    added.add_argument("archive", metavar="ARCHIVE.zip", type=Path, help=text(msg("the archive")))
    added.add_argument("--check", action="store_true", help=text(msg("only check an archive that is there")))

    added = command("restore", msg("make the data directory again from an archive"), common)
    added.add_argument("archive", metavar="ARCHIVE.zip", type=Path, help=text(msg("the archive")))
    replace = msg("also where something is saved: that is moved into a folder beside it")
    added.add_argument("--replace", action="store_true", help=text(replace))

    added = command("doctor", msg("check whether this machine has what the planner needs"), common)
    _address(added, text)

    added = command("bundle", msg("make a folder that installs and starts without internet and admin rights"), common)
    added.add_argument("system", choices=["windows", "linux", "macos"], help=text(msg("system of the PC")))
    added.add_argument("--out", metavar="DIR", type=Path, required=True, help=text(msg("new folder")))
    python = msg("version of Python on the PC, such as 3.12; may be given several times; else that of this machine")
    added.add_argument("--python", metavar="3.X", action="append", help=text(python))

    added = command("about", msg("version, solver and packages; bill of materials and licences as files"), common)
    sbom = msg("write the bill of materials (CycloneDX, JSON) to a file; - to standard output")
    added.add_argument("--sbom", metavar="FILE", help=text(sbom))
    licences = msg("write the licences of all parts with their texts to a file; - to standard output")
    added.add_argument("--licences", metavar="FILE", help=text(licences))


def _address(added: argparse.ArgumentParser, text: Callable[[object], str]) -> None:
    added.add_argument(
        "--address", default="127.0.0.1", help=text(msg("address to listen on; 0.0.0.0 for the whole network"))
    )
    added.add_argument("--port", type=int, default=8501, help=text(msg("port of the server")))


def _report_options(report: argparse.ArgumentParser, text: Callable[[object], str], language: Language) -> None:
    chosen = report.add_argument_group(text(msg("papers; without any of these options all are made")))
    for option, about in (
        ("--pdf", msg("report, an annex to the council paper")),
        ("--docx", msg("council paper for Word")),
        ("--pptx", msg("slides")),
        ("--xlsx", msg("workbook")),
        ("--municipalities", msg("a page for each municipality, as PDF and for Word, in one archive (ZIP)")),
        ("--png", msg("maps as pictures for print")),
        ("--svg", msg("maps as drawings")),
        ("--html", msg("maps as pages for the browser that need no network")),
        ("--gpkg", msg("each plan as GeoPackage, for QGIS and other GIS")),
        ("--geojson", msg("each plan as GeoJSON")),
    ):
        chosen.add_argument(option, dest="formats", action="append_const", const=option[2:], help=text(about))
    report.add_argument("--out", metavar="DIR", type=Path, default=Path(), help=text(msg("folder for the files")))
    report.add_argument("--title", metavar="T", help=text(msg("title of report and slides")))
    _add_date(report, text, language)
    proposed = msg("number of the scenario that is proposed; else the first")
    report.add_argument("--proposed", metavar="N", type=int, default=1, help=text(proposed))
    without = msg("set beside it the proposed scenario as if there were no existing services")
    report.add_argument("--without-existing-services", action="store_true", help=text(without))
    report.add_argument("--paper", choices=["a4", "a3"], default="a4", help=text(msg("sheet of the maps")))
    report.add_argument("--landscape", action="store_true", help=text(msg("maps on a sheet that lies")))
    logo = msg("logo on report, council paper and slides, PNG or JPEG; else that of the data directory")
    report.add_argument("--logo", metavar="FILE", type=Path, help=text(logo))
    accent = msg("colour of the slides, such as #0b4f8a; else that of the data directory")
    report.add_argument("--accent", metavar="COLOUR", help=text(accent))


def _state_command(state: argparse.ArgumentParser, text: Callable[[object], str], language: Language) -> None:
    folders = msg("county folders, or names of shipped counties; else all that are shipped")
    state.add_argument("folders", metavar="FOLDER", nargs="*", help=text(folders))
    template = msg("scenario whose rules hold for every county: a file, or the name of a shipped one")
    state.add_argument("--scenario", metavar="TEMPLATE", required=True, help=text(template))
    out = msg("folder for the table, the maps and each county's result; a call that was broken off goes on there")
    state.add_argument("--out", metavar="DIR", type=Path, required=True, help=text(out))
    per = msg("one post for so many people of the key, in steps of the template; else as many as the template has")
    state.add_argument("--posts-per", metavar="PEOPLE", help=text(per))
    state.add_argument("--posts-least", metavar="FTE", help=text(msg("with --posts-per: at least so many; else 6")))
    listed = msg("table with the columns county, posts; a county by folder, key or name")
    state.add_argument("--posts-table", metavar="POSTS.csv", type=Path, help=text(listed))
    add_workers(state, text)
    _add_date(state, text, language)


def _add_date(added: argparse.ArgumentParser, text: Callable[[object], str], language: Language) -> None:
    added.add_argument(
        "--date",
        metavar="YYYY-MM-DD",
        type=lambda value: _day(value, language),
        help=text(msg("date of the papers; else today")),
    )


def _county_command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    common: argparse.ArgumentParser,
    text: Callable[[object], str],
    language: Language,
) -> None:
    about = text(msg("county folders"))
    county = commands.add_parser("county", help=about, description=about)
    actions = county.add_subparsers(metavar="ACTION", required=True)
    about = text(msg("make a county folder from the official files"))
    build = actions.add_parser("build", help=about, description=about, parents=[common])
    build.set_defaults(run="county")
    build.add_argument(
        "ags", metavar="AGS", help=text(msg("key (five digits) or name of the county; all for every county"))
    )
    build.add_argument("--figures", type=Path, required=True, help=text(msg("CSV of the state's municipalities")))
    build.add_argument("--boundaries", type=Path, required=True, help=text(msg("GeoPackage of the boundaries")))
    build.add_argument("--town-halls", type=Path, help=text(msg("CSV of town halls; else the official centres")))
    build.add_argument("--travel", type=Path, help=text(msg("CSV of drives; else estimated from the air line")))
    build.add_argument("--services", type=Path, help=text(msg("CSV of existing advice services")))
    build.add_argument("--employers", type=Path, help=text(msg("YAML with the employers")))
    build.add_argument(
        "--out", type=Path, default=COUNTIES, help=text(msg("folder in which the county's folder is made"))
    )
    build.add_argument("--replace", action="store_true", help=text(msg("replace a folder that is there")))
    _county_travel(actions, common, text, language)
    about = text(msg("a county as a Frictionless data package, which says what its tables hold"))
    package = actions.add_parser("package", help=about, description=about, parents=[common])
    package.set_defaults(run="county_package")
    package.add_argument("county", metavar="COUNTY", help=text(msg("county folder, or the name of a shipped one")))
    package.add_argument("--out", metavar="DIR", type=Path, default=Path(), help=text(msg("folder for the file")))


def _county_travel(
    actions: argparse._SubParsersAction[argparse.ArgumentParser],
    common: argparse.ArgumentParser,
    text: Callable[[object], str],
    language: Language,
) -> None:
    about = text(msg("a county with drives by road, as a new data set"))
    travel = actions.add_parser("travel", help=about, description=about, parents=[common])
    travel.set_defaults(run="county_travel")
    travel.add_argument("county", metavar="COUNTY", help=text(msg("county folder, or the name of a shipped one")))
    given = travel.add_mutually_exclusive_group(required=True)
    extract = msg("extract of OpenStreetMap, on which the drives are computed")
    given.add_argument("--osm", metavar="FILE.osm.pbf", type=Path, help=text(extract))
    answer = msg("matrix of drives as OSRM, Valhalla or openrouteservice answers it")
    given.add_argument("--matrix", metavar="FILE.json", type=Path, help=text(answer))
    travel.add_argument("--name", default="fahrzeiten", help=text(msg("name of the data set; else fahrzeiten")))
    travel.add_argument(
        "--date",
        metavar="YYYY-MM-DD",
        type=lambda value: _day(value, language),
        help=text(msg("day of the data; else the one that the file names")),
    )
    travel.add_argument(
        "--out", metavar="DIR", type=Path, default=Path(), help=text(msg("folder in which the county's folder is made"))
    )


def _day(value: str, language: Language) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        wrong = msg("“{value}” is not a date such as 2026-11-22", value=value)
        raise argparse.ArgumentTypeError(translate(wrong, language)) from None


def _seconds(value: str, language: Language) -> float:
    try:
        seconds = float(value)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < 1e6:
        wrong = msg("“{value}” is not a number of seconds above 0, such as 60", value=value)
        raise argparse.ArgumentTypeError(translate(wrong, language))
    return seconds
