"""Makes the papers of a comparison in processes of their own, several kinds at once."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from uuid import uuid4

from geodata.archive import zipped
from reports.package import Format, MapSheet, papers, scenario_stems
from reports.style import Style
from translation import Language, Message, msg
from views.answers import Answer
from views.work import Job, work

#: Seconds for each kind of paper; all are made at the same time.
LIMIT = 120
#: What one process makes: the picture and the drawing of a map have the most in common.
_TOGETHER: tuple[tuple[Message, tuple[Format, ...]], ...] = (
    (msg("The report is being made"), (Format.PDF,)),
    (msg("The slides are being made"), (Format.PPTX,)),
    (msg("The workbook is being made"), (Format.XLSX,)),
    (msg("The maps are being made"), (Format.PNG, Format.SVG, Format.HTML)),
)
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Request:
    """What a planner asks for: ``proposed`` is the position of the scenario that is proposed."""

    language: Language
    title: str
    day: date
    formats: tuple[Format, ...]
    proposed: int
    sheet: MapSheet


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


@dataclass(frozen=True, slots=True)
class Making:
    """Papers that are being made; ``jobs`` with what each does."""

    request: Request
    stem: str
    jobs: tuple[tuple[Message, Job], ...]

    @property
    def left(self) -> list[Message]:
        """What is being done still."""
        return [doing for doing, job in self.jobs if not job.done]

    @property
    def seconds(self) -> float:
        """Time since the papers were asked for."""
        return self.jobs[0][1].seconds

    def made(self) -> Made:
        """The papers, once nothing is left to do."""
        files: dict[str, bytes] = {}
        wrong = []
        for doing, job in self.jobs:
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
        """Stops what goes on still, and keeps no answer."""
        for _, job in self.jobs:
            job.stop()
            work().forget(job.key)


def begin(answers: Sequence[Answer], request: Request, style: Style) -> Making:
    """Begins to make what is asked for on ``answers``, which are about one county."""
    # A key of its own, so that nobody else's papers end when these are stopped.
    key = uuid4().hex
    jobs = []
    for number, (doing, kinds) in enumerate(_TOGETHER):
        formats = tuple(kind for kind in kinds if kind in request.formats)
        if formats:
            make = partial(
                papers,
                tuple(answers),
                request.language,
                day=request.day,
                title=request.title,
                formats=formats,
                style=style,
                proposed=request.proposed,
                sheet=request.sheet,
            )
            jobs.append((doing, work().ask(f"papers {key} {number}", make, timeout=LIMIT)))
    stems = scenario_stems([answer.loaded.scenario.name for answer in answers])
    return Making(request, stems[request.proposed], tuple(jobs))
