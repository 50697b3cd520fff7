"""The section “Why this plan” in the papers from the browser: asked for, made, stopped, and failing."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import papers as solved
import pytest
from pptx import Presentation
from pypdf import PdfReader
from streamlit.testing.v1 import AppTest

from exploring.exploration import Exploration
from exploring.query import Subject
from exploring.question import Question, Topic, questions
from exploring.questions.robustness import DEFAULT
from exploring.unanswered import Unanswered
from optimizer.explore.situation import Infeasible
from optimizer.explore.uncertainty import Range, Uncertainty
from optimizer.explore.workers import Cancelled
from reports.package import Format
from serving import papers as papers_work
from serving import papers_explored
from serving.answers import Answer
from serving.papers import Making, Request
from serving.papers_explored import Part
from serving.processes import Work
from translation import translate
from views import papers as dialogue
from wording.explore.all import everything_told
from wording.explore.told import ASKED

VIEWS = Path(__file__).parents[2] / "views"
DRAWS = 20
SECTION = "Why this plan"


@pytest.fixture(autouse=True)
def _own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIM_DATA", str(tmp_path))


@pytest.fixture(autouse=True)
def _few_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(papers_explored, "DRAWS", DRAWS)


@pytest.fixture(scope="module")
def _processes() -> Iterator[Work]:
    started = Work()
    yield started
    started.close()


@pytest.fixture
def work(_processes: Work, monkeypatch: pytest.MonkeyPatch) -> Work:
    """Processes for the papers alone, so that it is known what they do."""
    for module in (papers_explored, papers_work):
        monkeypatch.setattr(module, "work", lambda: _processes)
    return _processes


@pytest.fixture
def _draws_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the questions that are shared out, only the one with ranges, which tell what is asked from what was."""
    monkeypatch.setattr(papers_explored, "IN_PARTS", (Question.ROBUSTNESS,))


def _answers(count: int = 1) -> list[Answer]:
    return [
        Answer(one.loaded, one.solution, tuple(one.conflicts), f"digest {position}")
        for position, one in enumerate(solved.models()[:count])
    ]


def _request(*formats: Format) -> Request:
    return Request("en", "Title", solved.DAY, formats, 0, papers_work.MapSheet(), DEFAULT)


def _finished(making: Making, seconds: float = 240) -> papers_work.Made:
    end = time.monotonic() + seconds
    shares = [making.share]
    while making.left:
        assert time.monotonic() < end
        shares.append(making.share)
        time.sleep(0.1)
    assert shares == sorted(shares)
    assert making.share == 1
    return making.made()


# -- what is asked ----------------------------------------------------------------------------------------------------


def _dialogue(page: str = "plan") -> AppTest:
    app = AppTest.from_file(str(VIEWS / f"{page}.py"), default_timeout=120)
    app.query_params["language"] = "en"
    return _fine(_fine(app.run()).button(key="papers").click().run())


def _fine(app: AppTest) -> AppTest:
    assert not app.exception
    return app


@pytest.fixture
def requests(monkeypatch: pytest.MonkeyPatch) -> list[Request]:
    """What was asked for; nothing is made."""
    found: list[Request] = []

    class Nothing:
        left: tuple[()] = ()

        def __init__(self, _answers: object, request: Request, _style: object) -> None:
            found.append(request)
            self._request = request

        def made(self) -> papers_work.Made:
            return papers_work.Made(self._request, "probe", {"probe.pdf": b"1"})

        def end(self) -> None:
            pass

    for module in (papers_work, dialogue):
        monkeypatch.setattr(module, "Making", Nothing)
    return found


@pytest.mark.parametrize("page", ["plan", "compare"])
def test_section_is_asked_for_with_a_checkbox(page: str, requests: list[Request]) -> None:
    app = _dialogue(page)
    assert not app.checkbox(key="papers why").value
    _fine(app.button(key="papers create").click().run())
    assert requests[-1].uncertainty is None
    assert not requests[-1].way
    app.checkbox(key="papers why").check()
    app.checkbox(key="papers way").check().run()
    # What was made before is not what is asked for now.
    assert any("made before the last change" in info.value for info in app.info)
    _fine(app.button(key="papers create").click().run())
    assert requests[-1].uncertainty == DEFAULT
    assert requests[-1].way
    assert not app.info


def test_section_has_the_ranges_that_were_typed(requests: list[Request]) -> None:
    app = AppTest.from_file(str(VIEWS / "plan.py"), default_timeout=120)
    app.query_params["language"] = "en"
    app.session_state["explore ranges"] = {"coordination_hours high": "2,5"}
    _fine(app.run()).button(key="papers").click().run()
    app.checkbox(key="papers why").check().run()
    _fine(app.button(key="papers create").click().run())
    assert requests[0].uncertainty is not None
    assert requests[0].uncertainty.coordination_hours == Range(1.0, 2.5)
    assert requests[0].uncertainty.existing == DEFAULT.existing
    # Wrong ones are told on their own page: here the usual ones count.
    app.session_state["explore ranges"] = {"coordination_hours high": "abc"}
    _fine(app.button(key="papers create").click().run())
    assert requests[1].uncertainty == DEFAULT


# -- what is made -----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("work")
def test_section_is_in_report_slides_and_workbook() -> None:
    making = papers_work.begin(_answers(), _request(Format.PDF, Format.PPTX, Format.XLSX), papers_work.Style())
    assert making.limit == papers_work.LIMIT + papers_explored.EXPLORE_LIMIT
    assert [translate(doing, "en") for doing in making.left] == [
        "The questions to the plan are being answered",
        "Draws for the robustness are being made",
    ]
    made = _finished(making)
    assert not made.wrong
    assert sorted(made.files) == [f"{made.stem}.{kind}" for kind in ("pdf", "pptx", "xlsx")]
    found = making._exploring[0].found()
    assert isinstance(found, Exploration)
    assert found.answers[Question.ROBUSTNESS].draws == DRAWS
    told = {one.question: one for one in everything_told(found)}
    assert set(told) == set(questions(Topic.PLAN))

    text = _spaced("".join(page.extract_text() for page in PdfReader(io.BytesIO(made.files[f"{made.stem}.pdf"])).pages))
    assert SECTION in text
    for question in questions(Topic.PLAN):
        assert translate(ASKED[question], "en") in text
    robust = told[Question.ROBUSTNESS]
    assert _spaced(translate(robust.answer[0], "en")) in text
    assert _spaced(translate(told[Question.RANK].answer[0], "en")) in text

    slides = Presentation(io.BytesIO(made.files[f"{made.stem}.pptx"])).slides
    shapes = [shape.text_frame.text for slide in slides for shape in slide.shapes if shape.has_text_frame]
    assert any(translate(told[Question.RANK].answer[0], "en") in one for one in shapes)

    book = openpyxl.load_workbook(io.BytesIO(made.files[f"{made.stem}.xlsx"]))
    cells = {str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell}
    assert any(translate(ASKED[Question.RANK], "en") in cell for cell in cells)
    # Asked again, nothing is explored anew.
    again = papers_work.begin(_answers(), _request(Format.XLSX), papers_work.Style())
    assert all(job.done for layer in again._exploring for _, job in layer.jobs)
    assert _finished(again).files.keys() == {f"{made.stem}.xlsx"}


def _spaced(text: str) -> str:
    """Without hyphens at the end of a line, and with one blank between words."""
    return re.sub(r"\s+", " ", text.replace("\u00ad", ""))


def test_section_of_a_plan_with_two_layers_has_both(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = _answers(3)
    asked = Request("de", "Titel", solved.DAY, (Format.XLSX,), 2, papers_work.MapSheet(), DEFAULT)
    plan = answers[2].solution.plan
    assert plan is not None
    _instantly(monkeypatch)
    making = papers_work.begin(answers, asked, papers_work.Style())
    assert len(making._exploring) == len(plan.layers) == 2
    making.end()


# -- what is stopped --------------------------------------------------------------------------------------------------


class _Open:
    """Work that goes on until it is told to end."""

    done = False
    place: int | None = None
    share: float | None = None
    seconds = 1.0

    def __init__(self, key: str) -> None:
        self.key = key
        self.ended = 0

    def wanted(self) -> Any:
        return nullcontext()

    def stop(self) -> None:
        self.ended += 1


def _instantly(monkeypatch: pytest.MonkeyPatch) -> list[_Open]:
    """Nothing is worked on; what was asked for."""
    found: list[_Open] = []

    class Jobs:
        def ask(self, key: str, *_: object, **__: object) -> _Open:
            found.append(_Open(key))
            return found[-1]

        ask_in_parts = ask

        def forget(self, key: str) -> None:
            pass

    for module in (papers_explored, papers_work):
        monkeypatch.setattr(module, "work", Jobs)
    return found


def test_stopped_while_the_questions_are_being_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    jobs = _instantly(monkeypatch)
    app = _dialogue()
    app.checkbox(key="papers why").check().run()
    app = _fine(app.button(key="papers create").click().run())
    progress = app.get("progress")[0].proto
    assert progress.text.startswith("The questions to the plan are being answered … for ")
    assert progress.text.endswith(f"at most {papers_work.LIMIT + papers_explored.EXPLORE_LIMIT} s")
    assert progress.value == 0
    # No paper is begun before there are answers.
    assert len(jobs) == 2
    jobs[1].share = 0.5
    assert 0 < _fine(app.run()).get("progress")[0].proto.value < 50
    jobs[0].done = True
    assert _fine(app.run()).get("progress")[0].proto.text.startswith("Draws for the robustness are being made")
    app = _fine(app.button(key="papers stop").click().run())
    assert "Stopped: no papers were made." in app.info[0].value
    assert not app.get("progress")
    assert [job.ended for job in jobs] == [1, 1]


@pytest.mark.usefixtures("work", "_draws_alone")
def test_nobody_loses_the_section_because_somebody_else_stopped() -> None:
    asked = replace(_request(Format.XLSX), uncertainty=Uncertainty(coordination_hours=Range(1.5, 2.5)))
    mine, theirs = (papers_work.begin(_answers(), asked, papers_work.Style()) for _ in range(2))
    assert mine._exploring[0].parts[Part.DRAWN] is theirs._exploring[0].parts[Part.DRAWN]
    mine.end()
    assert not theirs._exploring[0].parts[Part.DRAWN].stopped
    assert not _finished(theirs).wrong


@pytest.mark.usefixtures("work", "_draws_alone")
def test_made_again_right_after_a_stop_has_all_draws() -> None:
    asked = replace(_request(Format.XLSX), uncertainty=Uncertainty(each_weight=0.2))
    first = papers_work.begin(_answers(), asked, papers_work.Style())
    first.end()
    second = papers_work.begin(_answers(), asked, papers_work.Style())
    made = _finished(second)
    assert not made.wrong
    found = second._exploring[0].found()
    assert found is not None
    assert found.answers[Question.ROBUSTNESS].draws == DRAWS


# -- what may fail ----------------------------------------------------------------------------------------------------


class _Ended(_Open):
    """Work that came to an end at once."""

    done = True

    def __init__(self, key: str, answer: Callable[[], object]) -> None:
        super().__init__(key)
        self._answer = answer

    def result(self, _timeout: float | None = None) -> object:
        return self._answer()


def _fails(failure: Exception) -> Callable[[], object]:
    def fail() -> object:
        raise failure

    return fail


def _ended(monkeypatch: pytest.MonkeyPatch, exact: Callable[[], object], drawn: Callable[[], object]) -> list[Any]:
    """The questions and the draws end like this; with what papers are made."""
    made: list[Any] = []

    class Jobs:
        def ask(self, key: str, make: Any, **_: object) -> _Ended:
            if key.startswith("explore"):
                return _Ended(key, exact)
            made.append(make.keywords["exploration"])
            return _Ended(key, lambda: {"probe.xlsx": b"1"})

        def ask_in_parts(self, key: str, *_: object, **__: object) -> _Ended:
            return _Ended(key, drawn)

        def forget(self, key: str) -> None:
            pass

    for module in (papers_explored, papers_work):
        monkeypatch.setattr(module, "work", Jobs)
    return made


@pytest.mark.parametrize("failure", [RuntimeError("solver"), TimeoutError(), Infeasible()])
def test_papers_without_the_section_where_the_questions_fail(
    monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    made = _ended(monkeypatch, _fails(failure), _fails(Cancelled()))
    app = _dialogue()
    for box in app.checkbox:
        box.set_value(box.key in ("papers xlsx", "papers why"))
    app = _fine(_fine(app.run()).button(key="papers create").click().run())
    assert [error.value for error in app.error] == [
        "The section “Why this plan” is missing: the questions could not be answered in time."
    ]
    assert "papers file probe.xlsx" in [button.key for button in app.download_button]
    assert made == [[]]


def test_papers_say_which_question_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = _answers()[0]
    plan = answer.solution.plan
    assert plan is not None
    half = Exploration(Subject(answer.loaded, plan, 0), {Question.RANK: Unanswered.NO_TIME})
    made = _ended(monkeypatch, lambda: half, _fails(RuntimeError("died")))
    making = papers_work.begin([answer], _request(Format.XLSX), papers_work.Style())
    done = _finished(making)
    assert [translate(text, "en") for text in done.wrong] == [
        f"{translate(ASKED[Question.RANK], 'en')} The time allowed did not suffice for this question.",
        "Robustness is missing: the draws could not be made.",
    ]
    assert done.files == {"probe.xlsx": b"1"}
    assert [[one.replies for one in papers] for papers in made] == [[half.replies]]
