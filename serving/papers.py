"""Makes the papers of a comparison in processes of their own, several kinds at once."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, partial
from uuid import uuid4

from exploring.exploration import Exploration
from files.archive import zipped
from optimizer.explore.uncertainty import Uncertainty
from reports.package import Format, MapSheet, papers, scenario_stems
from reports.style import Style
from scenarios.funding import Funding
from serving.answers import Answer
from serving.papers_explored import EXPLORE_LIMIT, begin_exploring
from serving.processes import Job, work
from translation import Language, Message, msg

#: Seconds for each kind of paper; all are made at the same time.
LIMIT = 120
#: What one process makes: the picture and the drawing of a map have the most in common. What takes longest comes first,
#: so that no core waits for another at the end.
_TOGETHER: tuple[tuple[Message, tuple[Format, ...]], ...] = (
    (msg("The maps are being made"), (Format.PNG, Format.SVG, Format.HTML, Format.GPKG, Format.GEOJSON)),
    (msg("The pages for the municipalities are being made"), (Format.MUNICIPALITIES,)),
    (msg("The report is being made"), (Format.PDF,)),
    (msg("The council paper is being made"), (Format.DOCX,)),
    (msg("The slides are being made"), (Format.PPTX,)),
    (msg("The workbook is being made"), (Format.XLSX,)),
)
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Request:
    """What a planner asks for: ``proposed`` is the position of the scenario that is proposed.

    ``texts`` and ``funding`` stand in place of those of its scenario. With ``uncertainty`` the papers have the section
    “Why this plan”, with draws from these ranges; ``way``: and the section “The way there”.
    """

    language: Language
    title: str
    day: date
    formats: tuple[Format, ...]
    proposed: int
    sheet: MapSheet
    uncertainty: Uncertainty | None = None
    texts: tuple[tuple[str, str], ...] | None = None
    funding: Funding | None = None
    way: bool = False


@dataclass(frozen=True)
class Made:
    """The papers asked for, by file name; ``wrong`` says which could not be made."""

    request: Request
    stem: str
    files: dict[str, bytes]
    wrong: tuple[Message, ...] = ()

    @property
    def archive_name(self) -> str:
        """The file name of all in one."""
        return f"{self.stem}.zip"

    @cached_property
    def archive(self) -> bytes:
        """All in one."""
        return zipped(self.files)


class Making:
    """Papers that are being made: first the answers of the sections that are wanted, then each kind."""

    def __init__(self, answers: Sequence[Answer], request: Request, style: Style) -> None:
        self.request = request
        stems = scenario_stems([answer.loaded.scenario.name for answer in answers])
        self.stem = stems[request.proposed]
        self._answers, self._style = tuple(_as_asked(answers, request)), style
        self._begun = time.monotonic()
        # A key of its own, so that nobody else's papers end when these are stopped.
        self._key = uuid4().hex
        ranges, way = request.uncertainty, request.way
        wanted = ranges is not None or way
        self._exploring = begin_exploring(answers, request.proposed, ranges, way=way) if wanted else []
        self._papers: list[tuple[Message, Job, Format]] = []
        if not self._exploring:
            self._begin([])

    @property
    def left(self) -> list[Message]:
        """What is being done still. What can begin by now does."""
        open_ = [(doing, job) for layer in self._exploring for doing, job in layer.jobs if not job.done]
        if not open_ and not self._papers:
            self._begin([found for layer in self._exploring if (found := layer.found()).replies])
        going = [(doing, job) for doing, job, _ in self._papers]
        return [doing for doing, job in (*open_, *going) if not job.done]

    @property
    def place(self) -> int | None:
        """Which one it is of what waits, from 1 on, as long as nothing of it is being done."""
        jobs = [job for layer in self._exploring for _, job in layer.jobs] + [job for _, job, _ in self._papers]
        places = [job.place for job in jobs if not job.done]
        waiting = [place for place in places if place is not None]
        return min(waiting) if waiting and len(waiting) == len(places) else None

    @property
    def share(self) -> float:
        """How much is done, from 0 to 1."""
        exploring = [job for layer in self._exploring for _, job in layer.jobs]
        papers = len(self._papers) or len(_kinds(self.request))
        done = sum(job.share or 0.0 if not job.done else 1.0 for job in exploring)
        done += sum(1 for _, job, _ in self._papers if job.done)
        return min(1.0, done / (len(exploring) + papers))

    @property
    def limit(self) -> float:
        """Seconds that it takes at most."""
        return LIMIT + (EXPLORE_LIMIT if self._exploring else 0)

    @property
    def seconds(self) -> float:
        """Time since the papers were asked for."""
        return time.monotonic() - self._begun

    def _begin(self, exploration: Sequence[Exploration]) -> None:
        request = self.request
        for number, (doing, formats) in enumerate(_kinds(request)):
            make = partial(
                papers,
                self._answers,
                request.language,
                day=request.day,
                title=request.title,
                formats=formats,
                style=self._style,
                proposed=request.proposed,
                sheet=request.sheet,
                exploration=exploration,
            )
            job = work().ask(f"papers {self._key} {number}", make, timeout=LIMIT, long=True)
            self._papers.append((doing, job, formats[0]))

    def made(self) -> Made:
        """The papers in the order in which they are offered, once nothing is left to do."""
        files: dict[str, bytes] = {}
        wrong = [text for layer in self._exploring for text in layer.wrong()]
        for doing, job, _ in sorted(self._papers, key=lambda paper: list(Format).index(paper[2])):
            try:
                files |= job.result()
            except TimeoutError:
                late = msg(
                    "{doing}: not finished within {seconds} seconds. Fewer scenarios or a smaller sheet help.",
                    doing=doing,
                    seconds=LIMIT,
                )
                wrong.append(late)
            except Exception:
                # Whatever breaks one kind of paper, the others are still of use.
                _LOG.exception("%s: failed", doing)
                text = msg("{doing}: failed. Please try again, or tell who looks after this planner.", doing=doing)
                wrong.append(text)
        return Made(self.request, self.stem, files, tuple(wrong))

    def end(self) -> None:
        """Stops what goes on still, and keeps no paper."""
        for layer in self._exploring:
            layer.end()
        for _, job, _ in self._papers:
            job.stop()
            work().forget(job.key)


def begin(answers: Sequence[Answer], request: Request, style: Style) -> Making:
    """Begins to make what is asked for on ``answers``, which are about one county."""
    return Making(answers, request, style)


def with_scenario(answer: Answer, **changes: object) -> Answer:
    """The answer of a scenario with other ``changes`` that decide no plan, such as its texts."""
    scenario = answer.loaded.scenario.model_copy(update=changes)
    return replace(answer, loaded=replace(answer.loaded, scenario=scenario))


def _as_asked(answers: Sequence[Answer], request: Request) -> Iterator[Answer]:
    """The answers, the proposed scenario with the texts and the funding that were asked for.

    The others take the year of its grants where they state none, so that their money can be compared.
    """
    for position, answer in enumerate(answers):
        changes: dict[str, object] = {}
        if position == request.proposed and request.texts is not None:
            changes["papers"] = dict(request.texts)
        if position == request.proposed and request.funding is not None:
            changes["funding"] = request.funding
        elif request.funding is not None and answer.loaded.scenario.funding.year is None:
            year = {"year": request.funding.base_year}
            changes["funding"] = answer.loaded.scenario.funding.model_copy(update=year)
        yield with_scenario(answer, **changes)


def _kinds(request: Request) -> list[tuple[Message, tuple[Format, ...]]]:
    """What each process makes of what is asked for."""
    found = ((doing, tuple(kind for kind in kinds if kind in request.formats)) for doing, kinds in _TOGETHER)
    return [(doing, formats) for doing, formats in found if formats]
