"""How many people the server bears: ``python bench/load.py [--sessions 1 10 30 100] [--processes 1 2]``.

People are connections that say what a browser says (Streamlit's messages over its websocket) and draw nothing. Each
opens the plan page, then chooses other scenarios and loads the page anew, with a pause of ``--pace`` seconds on average
between two steps, for ``--seconds``. Beside them one person asks long questions without a pause (``--no-heavy``: none).
With two processes there are two servers on one data folder, and every other person is at the second. Everything stays
on this machine and ends by itself.

Prints a Markdown table: medians and 95th percentiles of seconds until the page was finished, the servers' own seconds
of processor per step (without workers), and the most memory (resident, servers and all that they started, as summed by
process). The machine decides the times: its load is printed, and only figures of one run can be compared.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Origin, Subprotocol

ROOT = Path(__file__).parents[1]
SCENARIOS = ("modell-2-wohlfahrt", "modell-3-kommunen", "kommunen-2023", "abruf-4-stellen", "modell-1-zentral")
QUESTIONS = ("alternatives", "frontier", "prices", "posts", "rank", "robustness", "sensitivity")
#: Seconds after which a person gives up a page.
PATIENCE = 60.0
STEPS = ("first page", "other scenario", "reload")
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


class PageError(Exception):
    """A page that was not drawn to its end."""


class Visitor:
    """One page in a browser: what it says to the server, and when the server has said all in return."""

    def __init__(self, connection: ClientConnection, page: str = "") -> None:
        self._connection, self._page = connection, page
        self._query = ""
        #: Parts of the page that draw themselves anew every so many seconds.
        self._repeated: set[asyncio.Task[None]] = set()
        self.kinds: set[str] = set()

    async def ask(self, query: str) -> float:
        """Seconds until the page with that query is drawn."""
        start = time.perf_counter()
        self._forget()
        self._query = query
        await self._send()
        async with asyncio.timeout(PATIENCE):
            while not await self._finished():
                pass
        return time.perf_counter() - start

    async def look(self, seconds: float) -> None:
        """Reads the page for a while: parts of it may draw themselves anew."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while True:
                    await self._finished()

    async def _send(self, fragment: str = "") -> None:
        request = BackMsg()
        run = request.rerun_script
        run.query_string, run.page_name, run.fragment_id = self._query, self._page, fragment
        run.is_auto_rerun = bool(fragment)
        run.context_info.timezone, run.context_info.locale = "Europe/Berlin", "de-DE"
        await self._connection.send(request.SerializeToString())

    async def _finished(self) -> bool:
        """Takes the next message; says whether the whole page is drawn with it."""
        message = ForwardMsg.FromString(bytes(await self._connection.recv(decode=False)))
        kind = message.WhichOneof("type")
        if kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            drawn = message.delta.new_element.WhichOneof("type")
            self.kinds.add(drawn or "")
            if drawn == "exception":
                raise PageError(message.delta.new_element.exception.message)
        elif kind == "page_info_changed":
            self._query = message.page_info_changed.query_string
        elif kind == "auto_rerun":
            self._repeat(message.auto_rerun.fragment_id, message.auto_rerun.interval)
        elif kind == "script_finished" and message.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
            raise PageError("the script does not compile")
        return kind == "script_finished" and message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY

    def _repeat(self, fragment: str, seconds: float) -> None:
        async def repeat() -> None:
            with suppress(WebSocketException):
                while True:
                    await asyncio.sleep(seconds)
                    await self._send(fragment)

        self._repeated.add(asyncio.create_task(repeat()))

    def _forget(self) -> None:
        for task in self._repeated:
            task.cancel()
        self._repeated.clear()

    def leave(self) -> None:
        """Closes the page: nothing of it asks any more."""
        self._forget()


@asynccontextmanager
async def visiting(port: int, page: str = "") -> AsyncIterator[Visitor]:
    """A page that is open, of the server at that port."""
    origin = f"http://127.0.0.1:{port}"
    protocols = [Subprotocol("streamlit")]
    address = f"ws://127.0.0.1:{port}/_stcore/stream"
    async with connect(
        address, subprotocols=protocols, origin=Origin(origin), max_size=None, open_timeout=PATIENCE, ping_interval=None
    ) as connection:
        visitor = Visitor(connection, page)
        try:
            yield visitor
        finally:
            visitor.leave()


@dataclass
class Seen:
    """The seconds of each step, and how many pages failed."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: {step: [] for step in STEPS})
    failed: list[str] = field(default_factory=list)
    long_answers: int = 0


async def person(port: int, number: int, seen: Seen, pace: float, until: float) -> None:
    """Somebody who looks at plans."""
    chance = random.Random(number)
    await asyncio.sleep(chance.uniform(0, pace))
    step, scenario, opening = STEPS[0], "", time.perf_counter()
    while time.perf_counter() < until:
        try:
            async with visiting(port) as page:
                await page.ask(scenario)
                seen.seconds[step].append(time.perf_counter() - opening)
                for _ in range(2):
                    await page.look(chance.uniform(0, 2 * pace))
                    if time.perf_counter() > until:
                        return
                    scenario = f"scenario={chance.choice(SCENARIOS)}"
                    seen.seconds["other scenario"].append(await page.ask(scenario))
                await page.look(chance.uniform(0, 2 * pace))
            step, opening = "reload", time.perf_counter()
        except (PageError, OSError, TimeoutError, WebSocketException) as error:
            seen.failed.append(f"{step}: {error!r}")
            await asyncio.sleep(pace)


async def heavy(port: int, seen: Seen) -> None:
    """Somebody who asks one long question after the other."""
    for scenario in SCENARIOS:
        for question in QUESTIONS:
            try:
                async with visiting(port, "explore") as page:
                    await page.ask(f"scenario={scenario}&question={question}")
                seen.long_answers += 1
            except (PageError, OSError, TimeoutError, WebSocketException) as error:
                seen.failed.append(f"{scenario} {question}: {error!r}")


# -- servers ----------------------------------------------------------------------------------------------------------


@contextmanager
def server(data: str) -> Iterator[tuple[int, int]]:
    """Port and process of the application, started as docs/betrieb.md says."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "hosting", "--no-browser", "--no-token", f"--port={port}"]
    environment = {**os.environ, "KIM_DATA": data}
    running = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    try:
        wait_until_ready(port)
        yield port, running.pid
    finally:
        running.terminate()
        try:
            running.wait(30)
        except subprocess.TimeoutExpired:
            running.kill()


def wait_until_ready(port: int) -> None:
    """Waits until a server can work. Ends the program where it cannot after a minute."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/-/ready", timeout=10):
            return
        time.sleep(0.2)
    sys.exit("the server is not ready after a minute")


def family(first: int) -> list[int]:
    """A process and all that it started."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal() and (fields := stat(int(folder.name))):
            children.setdefault(int(fields[1]), []).append(int(folder.name))
    found = [first]
    for one in found:
        found += children.get(one, [])
    return found


def stat(process: int) -> list[str]:
    """The fields of /proc/…/stat behind the name; none where it has ended."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def megabytes(processes: Sequence[int]) -> float:
    """Resident memory."""
    return sum(int(fields[21]) * _PAGE for one in processes if (fields := stat(one))) / 1e6


def processor(processes: Sequence[int]) -> float:
    """Seconds of processor used so far, without what they started."""
    return sum((int(fields[11]) + int(fields[12])) / _TICKS for one in processes if (fields := stat(one)))


@dataclass
class Memory:
    """The most megabytes of the servers alone, and with their workers and solvers."""

    servers: float = 0.0
    all: float = 0.0

    async def watch(self, servers: Sequence[int]) -> None:
        """Looks every half second."""
        while True:
            self.servers = max(self.servers, megabytes(servers))
            self.all = max(self.all, megabytes([one for first in servers for one in family(first)]))
            await asyncio.sleep(0.5)


# -- the table --------------------------------------------------------------------------------------------------------


async def measure(running: Sequence[tuple[int, int]], sessions: int, options: argparse.Namespace) -> str:
    """A line of the table."""
    ports, servers = [port for port, _ in running], [pid for _, pid in running]
    for port in ports:
        # What a server loads with its first page is no matter of how many people there are.
        async with visiting(port) as page:
            await page.ask("")
    seen, memory = Seen(), Memory()
    used = processor(servers)
    until = time.perf_counter() + options.seconds
    beside = [asyncio.create_task(memory.watch(servers))]
    if not options.no_heavy:
        beside.append(asyncio.create_task(heavy(ports[0], seen)))
    people = (person(ports[number % len(ports)], number, seen, options.pace, until) for number in range(sessions))
    await asyncio.gather(*people)
    for task in beside:
        task.cancel()
    steps = sum(map(len, seen.seconds.values()))
    cells = [f"{len(ports)}", f"{sessions}", *(cell(seen.seconds[step]) for step in STEPS)]
    cells += [f"{steps}", f"{len(seen.failed)}", f"{seen.long_answers}", f"{(processor(servers) - used) / steps:.2f}"]
    cells += [f"{memory.servers:.0f}", f"{memory.all:.0f}", f"{os.getloadavg()[0]:.0f}"]
    for failure in sorted(set(seen.failed))[:5]:
        print(failure, file=sys.stderr)
    return row(cells)


def cell(seconds: Sequence[float]) -> str:
    """Median and 95th percentile."""
    if not seconds:
        return "–"
    most = statistics.quantiles(seconds, n=20, method="inclusive")[-1] if len(seconds) > 1 else seconds[0]
    return f"{statistics.median(seconds):.2f} / {most:.2f}"


def row(cells: Sequence[str]) -> str:
    """A line of a Markdown table."""
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Reads the arguments and measures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sessions", type=int, nargs="+", default=[1, 10, 30, 100])
    parser.add_argument("--processes", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--seconds", type=float, default=30.0, help="how long people come and act (default: 30)")
    parser.add_argument("--pace", type=float, default=10.0, help="average pause between two steps (default: 10 s)")
    parser.add_argument("--no-heavy", action="store_true")
    options = parser.parse_args()
    heads = ["servers", "people", *(f"{step} (s)" for step in STEPS), "steps", "failed", "long answers"]
    heads += ["processor per step (s)", "servers (MB)", "with workers (MB)", "load"]
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; median / 95th percentile\n")
    print(row(heads), row(["---"] * len(heads)), sep="\n", flush=True)
    with tempfile.TemporaryDirectory() as data:
        for processes in options.processes:
            for sessions in options.sessions:
                with ExitStack() as running:
                    servers = [running.enter_context(server(data)) for _ in range(processes)]
                    print(asyncio.run(measure(servers, sessions, options)), flush=True)


if __name__ == "__main__":
    main()
