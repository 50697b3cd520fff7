"""The command ``kim``: the same functions as the pages, without a browser.

Exit status: 0 a plan (or nothing wrong), 1 no plan is possible, 2 bad input, 3 no answer (time, solver); as shells
count, 130 stopped with Ctrl+C, 141 nobody reads the output any more.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TextIO

from rich.console import Console, RenderableType
from rich.text import Text

from command import printed as tables
from command.arguments import language_of, parser
from command.result_json import result, written
from files.faults import Fault, InputError
from files.typed import name_fault
from files.writing import write_atomically
from geodata import COUNTIES
from optimizer.conflicts import Conflict, explain
from optimizer.solve import NoPlanInTime, Solution, solve
from optimizer.solver import Solver, SolverError
from reports.style import Style, colour_fault, read_logo, style_in
from scenarios import SCENARIOS
from scenarios.assemble import Districts, LoadedScenario, districts_of, load_problem, with_plan
from scenarios.library import library
from translation import Language, Message, msg, translate

if TYPE_CHECKING:
    from command.explore import Desk

PLAN, INFEASIBLE, BAD_INPUT, NO_ANSWER, STOPPED, CLOSED = 0, 1, 2, 3, 130, 141
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status. No input ends in a traceback."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    language = language_of(given)
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
        return _COMMANDS[options.run](options, _Screen(language))
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
    except Exception as error:
        if isinstance(error, OSError) or "KIM_DEBUG" in os.environ:
            raise
        name = f"{type(error).__name__}: {error}"
        text = msg("A fault of KIM-Planer itself ({name}): please report it; with KIM_DEBUG=1 it says more.", name=name)
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

    def save(self, text: str, file: str) -> list[Fault]:
        """Write a result to a file, or for - to standard output; what kept it from being written."""
        if file == "-":
            # A result is UTF-8 wherever it goes, in a Windows console too.
            if isinstance(sys.stdout, io.TextIOWrapper):
                sys.stdout.reconfigure(encoding="utf-8", newline="\n")
            sys.stdout.write(text)
            return []
        try:
            Path(file).write_text(text, encoding="utf-8", newline="\n")
        except OSError as error:
            wrong = msg("the file cannot be written ({reason})", reason=error.strerror or str(error))
            return [Fault(file, wrong, msg("a folder that may be written to"))]
        return []

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
        unwritten = screen.save(written(result(loaded, solution, conflicts, screen.language)), options.json)
        if options.json == "-":
            return status
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


class _Answered(NamedTuple):
    """A scenario with its answer."""

    loaded: LoadedScenario
    solution: Solution
    conflicts: list[Conflict]


def _answers(options: argparse.Namespace, screen: _Screen, faults: Sequence[Fault] = ()) -> list[_Answered]:
    """The answers to all scenarios; ``faults`` found before are told with those of the scenarios."""
    loaded: list[LoadedScenario] = []
    found = list(faults)
    for name in options.scenarios:
        try:
            loaded.append(_load(name, options))
        except InputError as error:
            found.extend(error.faults)
    if found:
        raise InputError(found)
    for scenario in loaded:
        screen.notices(scenario.notices)
    return [_Answered(scenario, *_answer(scenario, options, screen)) for scenario in loaded]


def _status(answers: Sequence[_Answered]) -> int:
    return PLAN if all(answer.solution.plan for answer in answers) else INFEASIBLE


def _compare(options: argparse.Namespace, screen: _Screen) -> int:
    answers = _answers(options, screen)
    screen.show(tables.comparison(answers, screen.language))
    return _status(answers)


def _report(options: argparse.Namespace, screen: _Screen) -> int:
    from command.papers import draws_wanted, explorations
    from maps.paper.png import Paper
    from reports.package import Format, MapSheet, papers

    style, faults = _style(options)
    count = len(options.scenarios)
    if not 1 <= options.proposed <= count:
        wrong = msg("there is no scenario {number}", number=options.proposed)
        faults.append(Fault("--proposed", wrong, msg("a number from 1 to {most}", most=count)))
    wrong_title = None if options.title is None else name_fault(options.title)
    if wrong_title is not None:
        faults.append(Fault("--title", *wrong_title))
    draws, wrong_draws = draws_wanted(options)
    answers = _answers(options, screen, [*faults, *wrong_draws])
    exploration = explorations(answers, options.proposed - 1, draws, options, screen) if options.why else ()
    with screen.err.status(screen.progress(msg("Papers …"))) as status:
        files = papers(
            answers,
            screen.language,
            day=options.date or datetime.now().astimezone().date(),
            title=options.title,
            formats=[Format(name) for name in options.formats or [kind.value for kind in Format]],
            style=style,
            proposed=options.proposed - 1,
            sheet=MapSheet(next(paper for paper in Paper if paper.label == options.paper), options.landscape),
            exploration=exploration,
            progress=lambda doing: status.update(screen.progress(doing)),
        )
    options.out.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        write_atomically(options.out / name, content)
        screen.done(msg("Written: {file}", file=options.out / name))
    return _status(answers)


def _style(options: argparse.Namespace) -> tuple[Style, list[Fault]]:
    """The look of the papers, and what is wrong with it."""
    style = Style()
    faults: list[Fault] = []
    try:
        style = style_in(library().folder)
        if options.logo is not None:
            style = replace(style, logo=read_logo(options.logo, str(options.logo)))
    except InputError as error:
        faults.extend(error.faults)
    if options.accent is not None:
        wrong = colour_fault(options.accent)
        if wrong is None:
            style = replace(style, accent=options.accent)
        else:
            faults.append(Fault("--accent", *wrong))
    return style, faults


def _explore(options: argparse.Namespace, screen: _Screen) -> int:
    from command.explore import explore

    return explore(options, _desk(options, screen))


def _desk(options: argparse.Namespace, screen: _Screen) -> Desk:
    from command.explore import Desk

    return Desk(screen, lambda name: _load(name, options), lambda loaded: _answer(loaded, options, screen))


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
    from geodata.official.build import build_county

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
    host = "localhost" if options.address in ("127.0.0.1", "0.0.0.0", "::") else options.address
    text = msg("KIM-Planer: http://{host}:{port} (stop with Ctrl+C)", host=host, port=options.port)
    screen.err.print(translate(text, screen.language), markup=False)
    home = Path(__file__).parents[1]
    command = [sys.executable, "-m", "streamlit", "run", str(home / "app.py")]
    command += [f"--server.address={options.address}", f"--server.port={options.port}"]
    if options.no_browser:
        command.append("--server.headless=true")
    # From its own folder, where its settings are.
    if sys.platform != "win32":
        # In place of this process, so that whoever ends it ends the server.
        os.chdir(home)
        os.execv(sys.executable, command)
    return subprocess.run(command, cwd=home, check=False).returncode


_COMMANDS: dict[str, Callable[[argparse.Namespace, _Screen], int]] = {
    "solve": _solve,
    "evaluate": _evaluate,
    "compare": _compare,
    "report": _report,
    "explore": _explore,
    "check": _check,
    "build": _build,
    "app": _app,
}


if __name__ == "__main__":
    sys.exit(main())
