"""The command ``kim``: the same functions as the pages, without a browser.

Exit status: 0 a plan (or nothing wrong), 1 no plan is possible, 2 bad input, 3 no answer (time, solver).
"""

from __future__ import annotations

import argparse
import gettext
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console

from faults import Fault, InputError
from geodata import COUNTIES
from optimizer.conflicts import Conflict, explain
from optimizer.solve import NoPlanInTime, Solution, solve
from optimizer.solver import DEFAULT_SOLVER, Solver, SolverError
from reports import tables
from reports.result import result, written
from scenarios.assemble import LoadedScenario, load_problem, with_plan
from translation import CATALOGUES, DOMAIN, LANGUAGES, Language, msg, translate

SCENARIOS = Path(__file__).parent / "scenarios"
PLAN, INFEASIBLE, BAD_INPUT, NO_ANSWER, STOPPED = 0, 1, 2, 3, 130

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


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status. No input ends in a traceback."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    language = _language(given)
    for stream in (sys.stdout, sys.stderr):
        # A Windows console in another code page must not end the command.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        options = parser(language).parse_args(given)
        return int(options.run(options, _Screen(language)))
    except InputError as error:
        print("\n".join(error.lines(language)), file=sys.stderr)
        return BAD_INPUT
    except NoPlanInTime:
        text = msg("No plan was found in the time allowed: allow more with --time-limit.")
        print(translate(text, language), file=sys.stderr)
        return NO_ANSWER
    except SolverError as error:
        text = msg("The solver failed ({reason}): try the other one with --solver.", reason=str(error))
        print(translate(text, language), file=sys.stderr)
        return NO_ANSWER
    except OSError as error:
        text = msg("{file}: {reason}", file=error.filename or "", reason=error.strerror or str(error))
        print(translate(text, language), file=sys.stderr)
        return BAD_INPUT
    except KeyboardInterrupt:
        print(translate(msg("Stopped."), language), file=sys.stderr)
        return STOPPED


def _language(given: Sequence[str]) -> Language:
    # Needed before the arguments are read, because their help is in this language too.
    chosen: Language = "de"
    for option, value in zip(["", *given], [*given, ""], strict=True):
        wanted = value if option == "--lang" else option.removeprefix("--lang=")
        for language in LANGUAGES:
            if wanted == language and (option == "--lang" or option.startswith("--lang=")):
                chosen = language
    return chosen


def parser(language: Language = "de") -> argparse.ArgumentParser:
    """The arguments of the command, explained in ``language``."""
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
        default=DEFAULT_SOLVER.value,
        help=text(msg("solver; the plan does not depend on it")),
    )
    solving.add_argument(
        "--time-limit",
        type=_seconds,
        metavar="S",
        help=text(msg("seconds; after that the best plan so far comes with its gap")),
    )
    output = argparse.ArgumentParser(add_help=False)
    output.add_argument(
        "--json", metavar="FILE", help=text(msg("write the result to a file too; - writes it alone to standard output"))
    )
    commands = top.add_subparsers(metavar="", required=True, dest="command")
    scenario = text(msg("scenario file, or the name of a shipped scenario"))

    def command(
        name: str, run: Callable[[argparse.Namespace, _Screen], int], about: object, *parents: argparse.ArgumentParser
    ) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=text(about), description=text(about), parents=list(parents))
        added.set_defaults(run=run)
        return added

    added = command("solve", _solve, msg("find the best plan of a scenario and prove it"), solving, output)
    added.add_argument("scenario", metavar="SCENARIO", help=scenario)

    added = command("evaluate", _evaluate, msg("figures and breaches of a plan made by hand"), solving, output)
    added.add_argument("scenario", metavar="SCENARIO", help=scenario)
    columns = msg("table with the columns municipality, district, employer, fte, hub")
    added.add_argument("--plan", metavar="PLAN.csv", required=True, type=Path, help=text(columns))
    number = msg("number of the layer that the plan is for")
    added.add_argument("--layer", metavar="N", type=int, default=1, help=text(number))

    added = command("compare", _compare, msg("several scenarios side by side"), solving)
    added.add_argument("scenarios", metavar="SCENARIO", nargs="+", help=scenario)

    added = command("check", _check, msg("check scenario files and county folders, and name every fault"), common)
    added.add_argument("paths", metavar="PATH", nargs="+", help=text(msg("scenario file, county folder or name")))

    _county_command(commands, common, text)

    added = command("app", _app, msg("start the application in the browser"), common)
    added.add_argument("--port", type=int, default=8501, help=text(msg("port of the server")))
    added.add_argument("--no-browser", action="store_true", help=text(msg("do not open a browser")))
    return top


def _county_command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    common: argparse.ArgumentParser,
    text: Callable[[object], str],
) -> None:
    about = text(msg("county folders"))
    county = commands.add_parser("county", help=about, description=about)
    actions = county.add_subparsers(metavar="", required=True, dest="action")
    about = text(msg("make a county folder from the official files"))
    build = actions.add_parser("build", help=about, description=about, parents=[common])
    build.set_defaults(run=_build)
    build.add_argument("ags", metavar="AGS", help=text(msg("key (five digits) or name of the county")))
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


def _seconds(value: str) -> float:
    seconds = float(value)
    if not 0 < seconds < 1e6:
        raise ValueError
    return seconds


class _Screen:
    """Where output goes: tables and sentences to standard output, progress and notices to standard error."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.out = _console(sys.stdout)
        self.err = _console(sys.stderr)

    def notices(self, faults: Sequence[Fault]) -> None:
        """Tell what was repaired or is worth knowing."""
        for fault in faults:
            text = msg("Note: {text}", text=fault.text(self.language))
            self.err.print(translate(text, self.language), style="yellow", markup=False, soft_wrap=True)


def _console(stream: object) -> Console:
    plain = Console(file=stream, highlight=False)  # type: ignore[arg-type]
    # Without a terminal there is no width to keep to: tables stay whole in files and pipes.
    return plain if plain.is_terminal else Console(file=stream, highlight=False, width=150)  # type: ignore[arg-type]


def _path(name: str) -> Path:
    """A scenario file, or the shipped scenario of that name."""
    shipped = SCENARIOS / f"{name.removesuffix('.yaml')}.yaml"
    path = Path(name)
    return shipped if not path.exists() and path.name == name and shipped.exists() else path


def _answer(loaded: LoadedScenario, options: argparse.Namespace, screen: _Screen) -> tuple[Solution, list[Conflict]]:
    language = screen.language
    with screen.err.status(translate(msg("Solving {name} …", name=loaded.scenario.name), language)) as status:

        def layer_done(done: int, of: int) -> None:
            text = msg("{name}: layer {layer} of {of} …", name=loaded.scenario.name, layer=done + 1, of=of)
            status.update(translate(text, language))

        def asked(count: int) -> None:
            status.update(translate(msg("Looking for the conflicting rules: {count} …", count=count), language))

        solver = Solver(options.solver)
        solution = solve(loaded.problem, solver=solver, time_limit=options.time_limit, progress=layer_done)
        return solution, list(explain(solution, solver=solver, progress=asked))


def _show(loaded: LoadedScenario, options: argparse.Namespace, screen: _Screen) -> int:
    solution, conflicts = _answer(loaded, options, screen)
    text = written(result(loaded, solution, conflicts, screen.language)) if options.json else ""
    if options.json == "-":
        sys.stdout.write(text)
    else:
        if options.json:
            Path(options.json).write_text(text, encoding="utf-8", newline="\n")
        for part in tables.plan(loaded, solution, conflicts, screen.language):
            screen.out.print(part)
    return PLAN if solution.plan else INFEASIBLE


def _solve(options: argparse.Namespace, screen: _Screen) -> int:
    loaded = load_problem(_path(options.scenario))
    screen.notices(loaded.notices)
    return _show(loaded, options, screen)


def _evaluate(options: argparse.Namespace, screen: _Screen) -> int:
    from scenarios.plan_table import read_plan

    loaded = load_problem(_path(options.scenario))
    layers = loaded.problem.layers
    if not 1 <= options.layer <= len(layers):
        wrong = msg("there is no layer {number}", number=options.layer)
        raise InputError([Fault("--layer", wrong, msg("a number from 1 to {most}", most=len(layers)))])
    employers = layers[options.layer - 1].employers
    only = employers[0].id if len(employers) == 1 else None
    table = read_plan(options.plan, loaded.county, only_employer=only)
    screen.notices([*loaded.notices, *table.notices])
    problem = with_plan(loaded.problem, loaded.county, table.districts, layer=options.layer - 1)
    return _show(LoadedScenario(loaded.path, loaded.scenario, loaded.county, problem), options, screen)


def _compare(options: argparse.Namespace, screen: _Screen) -> int:
    loaded: list[LoadedScenario] = []
    faults: list[Fault] = []
    for name in options.scenarios:
        try:
            loaded.append(load_problem(_path(name)))
        except InputError as error:
            faults.extend(error.faults)
    if faults:
        raise InputError(faults)
    for scenario in loaded:
        screen.notices(scenario.notices)
    answers = [(scenario, *_answer(scenario, options, screen)) for scenario in loaded]
    for part in tables.comparison(answers, screen.language):
        screen.out.print(part)
    return PLAN if all(solution.plan for _, solution, _ in answers) else INFEASIBLE


def _check(options: argparse.Namespace, screen: _Screen) -> int:
    from geodata.county import load_county

    faults: list[Fault] = []
    for name in options.paths:
        path = _path(name)
        if not path.exists() and (COUNTIES / name).is_dir():
            path = COUNTIES / name
        try:
            notices = load_county(path).notices if path.is_dir() else load_problem(path).notices
        except InputError as error:
            faults.extend(error.faults)
            continue
        screen.notices(notices)
        screen.out.print(translate(msg("{path}: nothing wrong", path=path), screen.language), markup=False)
    if faults:
        raise InputError(faults)
    return PLAN


def _build(options: argparse.Namespace, screen: _Screen) -> int:
    from geodata.build import build_county

    with screen.err.status(translate(msg("Building the county folder …"), screen.language)):
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
    screen.out.print(translate(text, screen.language), markup=False)
    return PLAN


def _app(options: argparse.Namespace, screen: _Screen) -> int:
    text = msg("KIM-Planer: http://localhost:{port} (stop with Ctrl+C)", port=options.port)
    screen.err.print(translate(text, screen.language), markup=False)
    home = Path(__file__).parent
    command = [sys.executable, "-m", "streamlit", "run", str(home / "app.py"), f"--server.port={options.port}"]
    if options.no_browser:
        command.append("--server.headless=true")
    # From its own folder, where its settings are.
    return subprocess.run(command, cwd=home, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
