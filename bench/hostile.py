"""Feeds the planner bad inputs, and kills it while it saves: no traceback, no loss, no hang, no flood of memory.

``python bench/hostile.py --inputs 2000 --kills 500``: the same ``--seed`` makes the same inputs. A process of its own
reads them, so that one that hangs or takes too much is ended and named. It ends with status 1 where anything was found.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from files.faults import InputError  # noqa: E402
from geodata import COUNTIES  # noqa: E402
from geodata.county import County, load_county  # noqa: E402
from geodata.editing.indicator_csv import read_indicator_csv  # noqa: E402
from geodata.editing.workbook_read import read_workbook  # noqa: E402
from geodata.editing.workbook_write import county_workbook  # noqa: E402
from optimizer.solve import NoPlanInTime, solve  # noqa: E402
from scenarios import SCENARIOS  # noqa: E402
from scenarios.assemble import problem_from  # noqa: E402
from scenarios.library import Library  # noqa: E402
from scenarios.plan_table import read_plan  # noqa: E402
from scenarios.scenario import load_scenario, parse_scenario, scenario_from  # noqa: E402
from scenarios.schema import as_data  # noqa: E402
from scenarios.store import list_scenarios, save_scenario  # noqa: E402

COUNTY = COUNTIES / "05558-coesfeld"
MOST_SECONDS, MOST_BYTES = 30, 1_000_000_000
#: What people, spreadsheets and attackers put where something else belongs.
PIECES = (
    *re.findall(
        r"\S+",
        """1e308 -1e308 1e-320 nan inf -inf .inf 1e999 0x10 1_000 1.234 1,234 -1 0 1/0 1/3 true null ~ 2026-13-45
        [ ] { } & * ! | > ' " : - # % @ ` é ß --- ... <<: &a [*a,*a] !!python/object:os.system <script> ![x](http://h/p)
        =1+1 @SUM(A1) ../../etc C:\\x \\\\srv\\s /dev/zero 05558 5558004 Olfen ki
        99999999999999999999/99999999999999999998""",
    ),
    *"\t\0\x1b\ufeff\u202e\uffff\ufdd0\u3164\u200b\ud7ff",
    *("9" * 400, "[" * 3000, "a" * 70_000),
)


def changed(content: bytes, draw: random.Random) -> bytes:
    """A file with one to four things wrong: bits, pieces, lines, values, halves."""
    for _ in range(draw.randint(1, 4)):
        at, kind = draw.randrange(len(content) + 1), draw.randrange(8)
        piece = draw.choice(PIECES).encode("utf-8", "surrogatepass")
        lines = content.split(b"\n")
        if kind == 0 and content:
            content = content[:at] + bytes([draw.randrange(256)]) + content[at + 1 :]
        elif kind == 1:
            content = content[:at] + piece + content[at:]
        elif kind == 2:
            line = draw.randrange(len(lines))
            content = b"\n".join([*lines[:line], *[lines[line]] * draw.choice([0, 2, 300]), *lines[line + 1 :]])
        elif kind == 3:
            content = content[:at]
        elif kind in (4, 5):
            content = _value_changed(content, piece, draw)
        elif kind == 6:
            draw.shuffle(lines)
            content = b"\n".join(lines)
        else:
            content = content.decode("utf-8", "replace").encode(
                draw.choice(["utf-16", "cp1252", "utf-8-sig"]), "replace"
            )
    return content


def _value_changed(content: bytes, piece: bytes, draw: random.Random) -> bytes:
    """One figure or word in place of another."""
    words = list(re.finditer(rb"[\w.]+", content))
    if not words:
        return piece
    word = draw.choice(words)
    return content[: word.start()] + piece + content[word.end() :]


def changed_workbook(content: bytes, draw: random.Random) -> bytes:
    """A workbook with a part that is damaged, or damaged as a whole."""
    if draw.random() < 0.2:
        return changed(content, draw)
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        victim = draw.choice([name for name in old.namelist() if name.endswith((".xml", ".rels"))])
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, changed(part, draw) if name == victim else part)
    return packed.getvalue()


def inputs(seed: int, count: int) -> Iterator[tuple[str, bytes]]:
    """What is read, and the bytes: scenarios, the files of a county, plans, tables and workbooks, in turn."""
    draw = random.Random(seed)
    scenarios = [path.read_bytes() for path in sorted(SCENARIOS.glob("*.yaml"))]
    plan = b"district,municipality,employer,fte,hub\n1,Olfen,ki,2,Olfen\n1,Senden,,,\n2,Nottuln,ki,4,\n"
    table = b"ags;foreigners\n05558004;1200,5\n05558008;900\n"
    book = county_workbook(coesfeld(), "de")
    files = {file.name: file.read_bytes() for file in sorted(COUNTY.iterdir())}
    for number in range(count):
        match number % 10:
            case 0 | 1 | 2:
                yield "scenario", changed(draw.choice(scenarios), draw)
            case 3 | 4 | 5:
                name = draw.choice(sorted(files))
                yield name, changed(files[name], draw)
            case 6:
                yield "plan", changed(plan, draw)
            case 7:
                yield "table", changed(table, draw)
            case _:
                yield "workbook", changed_workbook(book, draw)


@cache
def coesfeld() -> County:
    """The county that scenarios, plans and tables are about."""
    return load_county(COUNTY)


def read(kind: str, content: bytes, folder: Path) -> str:
    """Reads an input as pages and command do, and says how that ended."""
    county = coesfeld()
    try:
        match kind:
            case "scenario":
                scenario = parse_scenario(content, "x.yaml")
                loaded = problem_from(scenario, SCENARIOS / "x.yaml", solve=lambda _: None, load=lambda _: county)
                solve(loaded.problem, time_limit=3)
            case "plan":
                (folder / "plan.csv").write_bytes(content)
                read_plan(folder / "plan.csv", county)
            case "table":
                read_indicator_csv(content, county, "x.csv")
            case "workbook":
                read_workbook(content, county, "x.xlsx")
            case file:
                place = folder / "county"
                shutil.copytree(COUNTY, place)
                (place / file).write_bytes(content)
                try:
                    load_county(place)
                finally:
                    shutil.rmtree(place)
    except NoPlanInTime:
        return "taken"
    except InputError as error:
        for language in ("de", "en"):
            for line in error.lines(language):
                line.encode()
                assert "Errno" not in line, line
        return "told"
    return "taken"


def serve() -> None:
    """In a process of its own: reads what stands in the files named on the input, one line each."""
    folder = Path(tempfile.mkdtemp())
    for line in sys.stdin:
        kind, file = line.rstrip("\n").split("\t")
        try:
            ended = read(kind, Path(file).read_bytes(), folder)
        except BaseException as error:
            ended = f"{type(error).__name__}: {error}"[:300].replace("\n", " ")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        print(json.dumps([ended, peak]), flush=True)


def feed(seed: int, count: int, keep: Path) -> list[str]:
    """Has all inputs read, and gives what was found; an input at fault is kept in ``keep``."""
    found, ends, slowest, most = [], Counter[str](), 0.0, 0
    process = _reader()
    for number, (kind, content) in enumerate(inputs(seed, count)):
        file = keep / f"{number}-{kind.replace('.', '-')}"
        file.write_bytes(content)
        begun = time.monotonic()
        late = threading.Timer(MOST_SECONDS, process.kill)
        late.start()
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(f"{kind}\t{file}\n")
        process.stdin.flush()
        answer = process.stdout.readline()
        late.cancel()
        slowest = max(slowest, time.monotonic() - begun)
        ended, peak = json.loads(answer) if answer else ("hung or died", 0)
        most = max(most, peak)
        ends[ended.split(":")[0]] += 1
        if ended in ("told", "taken") and peak < MOST_BYTES:
            file.unlink()
        else:
            found.append(f"{file}: {ended}, {peak / 1e6:.0f} MB")
        if not answer or peak >= MOST_BYTES:
            process.kill()
            process = _reader()
    process.kill()
    print(f"{count} inputs: {dict(ends)}; slowest {slowest:.1f} s, most {most / 1e6:.0f} MB")
    return found


def _reader() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, __file__, "--serve"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def save(folder: Path, said: int) -> None:
    """Saves one scenario over and over, until it is killed; writes each save that is done to the pipe ``said``."""
    kept = Library(folder)
    path = kept.scenarios_folder / "x.yaml"
    for number in range(1_000_000):
        known = load_scenario(path)
        data = as_data(known) | {"description": f"{int(known.description or 0) + 1}"}
        save_scenario(path, scenario_from(data), digest=known.source.digest)
        os.write(said, f"{data['description']}\n".encode())
        if number % 5 == 0:
            kept.save_new(scenario_from(data | {"name": "Neu"}))


def kill(seed: int, count: int) -> list[str]:
    """Kills a process that saves, again and again; what it said to be saved must be there, and every file whole."""
    draw, folder, found = random.Random(seed), Path(tempfile.mkdtemp()), []
    kept = Library(folder)
    kept.save_new(scenario_from({"name": "x", "description": "0", "county": "x", "layers": [{"posts": {"total": 1}}]}))
    last = 0
    for _ in range(count):
        hear, said = os.pipe()
        child = os.fork()
        if child == 0:
            save(folder, said)
        os.close(said)
        time.sleep(draw.uniform(0, 0.2))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        with os.fdopen(hear) as heard:
            last = max([last, *map(int, heard.read().split())])
        for item in list_scenarios(kept.scenarios_folder):
            if item.scenario is None:
                found.append(f"{item.path}: {item.faults[0].text('en')}")
        now = int(load_scenario(kept.scenarios_folder / "x.yaml").description)
        if now < last:
            found.append(f"{now} is saved, {last} was said to be")
        for file in kept.scenarios_folder.glob("neu*.yaml"):
            file.unlink()
    left = list(folder.rglob("*.tmp"))
    for path in left:
        os.utime(path, (0, 0))
    kept.tidy()
    found += [f"{path} is left over" for path in left if path.exists()]
    print(f"{count} kills: {last} saves, {len(left)} files were left over and cleared")
    shutil.rmtree(folder)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.serve:
        serve()
        return 0
    keep = Path(tempfile.mkdtemp(prefix="kim-hostile-"))
    found = [*feed(chosen.seed, chosen.inputs, keep), *kill(chosen.seed, chosen.kills)]
    print("\n".join(found) or "nothing found")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
