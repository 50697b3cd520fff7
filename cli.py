"""The command ``kim``: the same functions as the pages, without a browser.

Exit status: 0 a plan (or nothing wrong), 1 no plan is possible, 2 bad input, 3 no answer (time, solver); as shells
count, 130 stopped with Ctrl+C, 141 nobody reads the output any more.
"""

from __future__ import annotations

import argparse
import gettext
import io
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TextIO

from rich.console import Console, RenderableType
from rich.text import Text

from faults import Fault, InputError
from geodata import COUNTIES
from optimizer.conflicts import Conflict, explain
from optimizer.solve import NoPlanInTime, Solution, solve
from optimizer.solver import Solver, SolverError
from reports import tables
from reports.result import result, written
from scenarios.assemble import Districts, LoadedScenario, districts_of, load_problem, with_plan
from translation import CATALOGUES, DOMAIN, LANGUAGES, Language, Message, msg, translate

SCENARIOS = Path(__file__).parent / "scenarios"
PLAN, INFEASIBLE, BAD_INPUT, NO_ANSWER, STOPPED, CLOSED = 0, 1, 2, 3, 130, 141
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")

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
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        try:
            return _run(given, language)
        finally:
            # Here and not at the very end, where Python can only complain that nobody reads.
            sys.stdout.flush()
    except BrokenPipeError:
        _discard(sys.stdout, sys.stderr)
        return CLOSED
    except OSError as error:
        if error.filename is None:
            _discard(sys.stdout)
        file = error.filename or msg("standard output")
        _tell([translate(msg("{file}: {reason}", file=file, reason=error.strerror or str(error)), language)])
        return BAD_INPUT


def _run(given: Sequence[str], language: Language) -> int:
    try:
        options = parser(language).parse_args(given)
        return int(options.run(options, _Screen(language)))
    except InputError as error:
        _tell(error.lines(language))
        return BAD_INPUT
    except NoPlanInTime:
        text = msg("No plan was found in the time allowed: allow more with --time-limit.")
        _tell([translate(text, language)])
        return NO_ANSWER
    except SolverError as error:
        text = msg("The solver failed ({reason}): try the other one with --solver.", reason=str(error))
        _tell([translate(text, language)])
        return NO_ANSWER
    except KeyboardInterrupt:
        _tell([translate(msg("Stopped."), language)])
        return STOPPED


def _tell(lines: Iterable[str]) -> None:
    for line in lines:
        print(_harmless(line), file=sys.stderr)


def _harmless(text: str) -> str:
    # The name of a file may hold line breaks and commands to the terminal.
    return _CONTROL.sub("�", text)


def _discard(*streams: TextIO) -> None:
    # What Python still holds for a stream that takes no more must not fail once more at the end.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in streams:
        os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


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
    added.add_argument(
        "--address", default="127.0.0.1", help=text(msg("address to listen on; 0.0.0.0 for the whole network"))
    )
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
    actions = county.add_subparsers(metavar="ACTION", required=True)
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


def _seconds(value: str, language: Language) -> float:
    try:
        seconds = float(value)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < 1e6:
        wrong = msg("“{value}” is not a number of seconds above 0, such as 60", value=value)
        raise argparse.ArgumentTypeError(translate(wrong, language))
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
            text = translate(msg("Note: {text}", text=fault.text(self.language)), self.language)
            self.err.print(Text(_harmless(text), style="yellow"), soft_wrap=True)

    def done(self, message: Message) -> None:
        """Tell in a line what was done."""
        self.out.print(Text(_harmless(translate(message, self.language))), soft_wrap=True)

    def show(self, parts: Iterable[RenderableType]) -> None:
        """Show the parts of a report; a table that is too wide for the screen is not cut."""
        for part in parts:
            self.out.print(part, crop=False)

    def progress(self, message: Message) -> Text:
        """What is going on, for a status line."""
        return Text(translate(message, self.language))


class _Console(Console):
    def on_broken_pipe(self) -> None:
        # rich would end the command here, with the status of an infeasible scenario.
        raise BrokenPipeError


def _console(stream: TextIO) -> Console:
    plain = _Console(file=stream, highlight=False)
    # Without a terminal there is no width to keep to.
    return plain if plain.is_terminal else _Console(file=stream, highlight=False, width=150)


def _path(name: str) -> Path:
    """A scenario file, or the shipped scenario of that name."""
    shipped = SCENARIOS / f"{name.removesuffix('.yaml')}.yaml"
    path = Path(name)
    return shipped if not path.exists() and path.name == name and shipped.exists() else path


def _solver(options: argparse.Namespace) -> Solver | None:
    return Solver(options.solver) if options.solver else None


def _load(name: str, options: argparse.Namespace) -> LoadedScenario:
    def reference(loaded: LoadedScenario) -> Sequence[Districts | None]:
        return districts_of(solve(loaded.problem, solver=_solver(options), time_limit=options.time_limit))

    return load_problem(_path(name), solve=reference)


def _answer(loaded: LoadedScenario, options: argparse.Namespace, screen: _Screen) -> tuple[Solution, list[Conflict]]:
    with screen.err.status(screen.progress(msg("Solving {name} …", name=loaded.scenario.name))) as status:

        def layer_done(done: int, of: int) -> None:
            text = msg("{name}: layer {layer} of {of} …", name=loaded.scenario.name, layer=done + 1, of=of)
            status.update(screen.progress(text))

        def asked(count: int) -> None:
            status.update(screen.progress(msg("Looking for the conflicting rules: {count} …", count=count)))

        solver = _solver(options)
        solution = solve(loaded.problem, solver=solver, time_limit=options.time_limit, progress=layer_done)
        return solution, list(explain(solution, solver=solver, progress=asked))


def _show(loaded: LoadedScenario, options: argparse.Namespace, screen: _Screen) -> int:
    solution, conflicts = _answer(loaded, options, screen)
    status = PLAN if solution.plan else INFEASIBLE
    unwritten: list[Fault] = []
    if options.json is not None:
        text = written(result(loaded, solution, conflicts, screen.language))
        if options.json == "-":
            # A result is UTF-8 wherever it goes, in a Windows console too.
            if isinstance(sys.stdout, io.TextIOWrapper):
                sys.stdout.reconfigure(encoding="utf-8", newline="\n")
            sys.stdout.write(text)
            return status
        try:
            Path(options.json).write_text(text, encoding="utf-8", newline="\n")
        except OSError as error:
            wrong = msg("the file cannot be written ({reason})", reason=error.strerror or str(error))
            unwritten.append(Fault(options.json, wrong, msg("a folder that may be written to")))
    # What took long to find is shown also where its file cannot be written.
    screen.show(tables.plan(loaded, solution, conflicts, screen.language))
    if unwritten:
        raise InputError(unwritten)
    return status


def _solve(options: argparse.Namespace, screen: _Screen) -> int:
    loaded = _load(options.scenario, options)
    screen.notices(loaded.notices)
    return _show(loaded, options, screen)


def _evaluate(options: argparse.Namespace, screen: _Screen) -> int:
    from scenarios.plan_table import read_plan

    loaded = _load(options.scenario, options)
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
            loaded.append(_load(name, options))
        except InputError as error:
            faults.extend(error.faults)
    if faults:
        raise InputError(faults)
    for scenario in loaded:
        screen.notices(scenario.notices)
    answers = [(scenario, *_answer(scenario, options, screen)) for scenario in loaded]
    screen.show(tables.comparison(answers, screen.language))
    return PLAN if all(solution.plan for _, solution, _ in answers) else INFEASIBLE


def _check(options: argparse.Namespace, screen: _Screen) -> int:
    from geodata.county import load_county

    faults: list[Fault] = []
    for name in options.paths:
        path = _path(name)
        if not path.exists() and (COUNTIES / name).is_dir():
            path = COUNTIES / name
        try:
            # A reference plan need not be known to check a scenario.
            loaded = load_county(path) if path.is_dir() else load_problem(path, solve=lambda _: ())
        except InputError as error:
            faults.extend(error.faults)
            continue
        screen.notices(loaded.notices)
        screen.done(msg("{path}: nothing wrong", path=path))
    if faults:
        raise InputError(faults)
    return PLAN


def _build(options: argparse.Namespace, screen: _Screen) -> int:
    from geodata.build import build_county

    with screen.err.status(screen.progress(msg("Building the county folder …"))):
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
    return PLAN


def _app(options: argparse.Namespace, screen: _Screen) -> int:
    text = msg("KIM-Planer: http://localhost:{port} (stop with Ctrl+C)", port=options.port)
    screen.err.print(translate(text, screen.language), markup=False)
    home = Path(__file__).parent
    command = [sys.executable, "-m", "streamlit", "run", str(home / "app.py")]
    command += [f"--server.address={options.address}", f"--server.port={options.port}"]
    if options.no_browser:
        command.append("--server.headless=true")
    # From its own folder, where its settings are.
    return subprocess.run(command, cwd=home, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
