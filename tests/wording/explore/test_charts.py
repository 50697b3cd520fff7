"""The charts of the answers: the optimizer's figures, written as the language does, nothing cut off; hostile names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pytest
from explored_answers import HOSTILE, LONG, answers, without
from fontTools.ttLib import TTFont

from exploring.exploration import Exploration
from exploring.question import Question
from exploring.questions.rank import Marked, Ranked
from maps.paper.text import FONTS
from optimizer.explore.rank import Bar, Rank
from reports.report.drawing import chart_svg
from reports.report.shown import Drawn, charts_of, tables_beside
from reports.typeface import FAMILY
from translation import LANGUAGES, Language, msg, translate
from wording.explore.all import everything_told
from wording.explore.charts import distribution_chart, frontier_chart, outcomes_chart, posts_chart
from wording.explore.ticks import ticks
from wording.yardstick import hours_at

CHARTS = {
    Question.ALTERNATIVES: 1,
    Question.RANK: 1,
    Question.FRONTIER: 2,
    Question.PRICES: 0,
    Question.POSTS: 1,
    Question.ROBUSTNESS: 1,
    Question.SENSITIVITY: 1,
    Question.WHY: 0,
    Question.CHANGE: 2,
    Question.GROWTH: 1,
    Question.ABSENCE: 1,
    Question.STAFFING: 1,
    Question.MUNICIPALITY: 1,
    Question.AGREEMENTS: 0,
    Question.SCHEDULE: 1,
    Question.SERVICES: 0,
    Question.KEY: 1,
}


@pytest.fixture(scope="module")
def found() -> Exploration:
    return answers()[1]


def speaking(language: Language) -> Callable[[object], str]:
    return lambda value: translate(value, language)


def drawn(found: Exploration, question: Question, language: Language = "en") -> tuple[Drawn, ...]:
    (told,) = (one for one in everything_told(found) if one.question is question)
    return charts_of(found, told, speaking(language))


def every(found: Exploration, language: Language = "en") -> list[Drawn]:
    return [one for question in CHARTS for one in drawn(found, question, language)]


def rows(chart: Any, layer: int = 0) -> list[dict[str, Any]]:
    definition = chart.to_dict()
    name = definition["layer"][layer].get("data", definition.get("data"))["name"]
    return list(definition["datasets"][name])


def lines_of(node: Any) -> list[tuple[str, float]]:
    """The lines of a text, each with how far it lies below the first."""
    parts = [child for child in node if child.tag.endswith("}tspan")]
    lines, below = [], 0.0
    for part in parts or [node]:
        below += float(part.get("dy", 0.0)) if part is not node else 0.0
        lines.append(("".join(part.itertext()), below))
    return lines


def texts_of(svg: str) -> list[str]:
    every = ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")
    return [line for node in every for line, _ in lines_of(node)]


def placed(svg: str) -> Iterator[tuple[str, float, float, float, float]]:
    """Every text that lies, with its left and right edge, its base line and its size."""
    widths = []
    for cut in ("Regular", "Bold"):
        with TTFont(FONTS / f"SourceSansPro-{cut}.ttf") as font:
            metrics, unit = font["hmtx"].metrics, font["head"].unitsPerEm
            widths.append({chr(code): metrics[glyph][0] / unit for code, glyph in font.getBestCmap().items()})

    def walk(node: Any, x: float, y: float) -> Iterator[tuple[str, float, float, float, float]]:
        moves = node.get("transform", "")
        if "rotate(" in moves and "rotate(0)" not in moves:
            return
        for move in re.finditer(r"translate\(([-\d.]+),([-\d.]+)\)", moves):
            x, y = x + float(move[1]), y + float(move[2])
        for text, below in lines_of(node) if node.tag.endswith("}text") and "".join(node.itertext()) else ():
            size = float(str(node.get("font-size")).removesuffix("px"))
            wide = size * sum(widths[node.get("font-weight") == "bold"].get(sign, 1.0) for sign in text)
            left = x - wide * {"start": 0.0, "middle": 0.5, "end": 1.0}[node.get("text-anchor", "start")]
            yield text, left, left + wide, y + below, size
        for child in node:
            yield from walk(child, x, y)

    yield from walk(ElementTree.fromstring(svg), 0.0, 0.0)


def test_every_answer_has_its_charts(found: Exploration) -> None:
    assert {told.question for told in everything_told(found)} == set(CHARTS)
    assert {question: len(drawn(found, question)) for question in CHARTS} == CHARTS
    told = everything_told(found)[0]
    # What stands in the cells of the matrix need not be said again in a table.
    assert tables_beside(found, told) == told.tables[:1]
    for one in everything_told(found)[1:]:
        assert tables_beside(found, one) == (one.tables[:1] if one.question is Question.FRONTIER else one.tables)
    assert drawn(without(found, Question.ALTERNATIVES), Question.RANK)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_chart_is_in_the_language_and_the_typeface_of_the_papers(found: Exploration, language: Language) -> None:
    for one in every(found, language):
        svg = chart_svg(one.chart)
        assert svg == chart_svg(one.chart)
        assert set(re.findall(r'font-family="([^"]*)"', svg)) == {FAMILY}
        assert "aria-label" not in svg
        assert not re.search(r"href|<image|url\((?!#)", svg)
        wrong = r"\d%|\d\.\d(?!\d\d)" if language == "de" else r"\d %|\d,\d(?!\d\d)"
        assert [text for text in texts_of(svg) if re.search(wrong, text)] == []


@pytest.mark.parametrize("name", ["Adorf", LONG])
def test_nothing_is_cut_off(name: str) -> None:
    for one in every(answers(name)[1], "de"):
        svg = chart_svg(one.chart)
        size = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
        assert size is not None
        wide, high = map(float, size.groups())
        assert wide == 620
        texts = list(placed(svg))
        assert len(texts) > 8
        assert [text for text, left, right, *_ in texts if left < -1 or right > wide + 1] == []
        assert [text for text, *_, y, size_ in texts if y - 0.7 * size_ < 0 or y > high] == []


def test_the_distribution_has_the_counts_and_the_marks(found: Exploration) -> None:
    ranked = found.answers[Question.RANK]
    chart = drawn(found, Question.RANK)[0].chart
    assert [(row["low"], row["high"], row["plans"]) for row in rows(chart)] == [
        (bar.low, bar.high, bar.plans) for bar in ranked.rank.bars
    ]
    assert sum(row["plans"] for row in rows(chart)) == ranked.rank.plans
    texts = texts_of(chart_svg(chart))
    assert {"1", "2", "this plan"} <= set(texts)


def test_marks_that_are_close_do_not_cover_each_other(found: Exploration) -> None:
    bars = tuple(Bar(step / 10, (step + 1) / 10, 10**step) for step in range(10))
    close = [0.9, 0.899, 0.898, 0.897, 0.88, 0.5, 0.501, 0.0, 0.999, 1.02]
    marks = tuple(Marked(f"({i})", value, i, own=i == 0) for i, value in enumerate(close))
    svg = chart_svg(
        distribution_chart(Ranked(Rank(11**9, 0.99, bars, None), marks), found.about.problem, speaking("en"))
    )
    # The last texts are those of the axes and of the marks; marks are bold.
    bold = [node.strip() for node in re.findall(r'font-weight="bold"[^>]*>([^<]*)<', svg)]
    assert sorted(bold) == sorted([*(str(i) for i in range(1, 11)), "this plan"])
    spots = [((left + right) / 2, y) for text, left, right, y, size in placed(svg) if size == 12 and text in bold[:-1]]
    spots = [spot for spot in spots if spot[1] < 200]
    assert len(spots) >= 10
    for i, (x, y) in enumerate(spots):
        assert all((x - a) ** 2 + (y - b) ** 2 >= 20**2 for a, b in spots[i + 1 :])


def test_frontiers_have_the_points_and_the_plan(found: Exploration) -> None:
    front = found.answers[Question.FRONTIER]
    for one, points, hours in zip(
        drawn(found, Question.FRONTIER),
        (front.shortfall, front.travel),
        (found.about.plan.shortfall_hours, found.about.plan.travel_hours),
        strict=True,
    ):
        assert [(row["coverage"], row["hours"]) for row in rows(one.chart)] == [(p.coverage, p.hours) for p in points]
        assert [(row["coverage"], row["hours"]) for row in rows(one.chart, 2)] == [
            (found.about.plan.lowest_coverage, hours)
        ]


def test_hours_per_1000_people_stand_beside_each_coverage_of_an_axis(found: Exploration) -> None:
    problem = found.about.problem
    for question in (Question.RANK, Question.FRONTIER, Question.POSTS):
        for one in drawn(found, question):
            texts = texts_of(chart_svg(one.chart))
            if question is Question.POSTS:
                pairs = [tuple(text.split(" · ")) for text in texts if re.fullmatch(r"\d+% · .*", text)]
            else:
                pairs = [pair for pair in pairwise(texts) if pair[0].endswith("%") and pair[1].endswith(" h")]
            assert len(pairs) > 2
            for share, hours in pairs:
                expected = hours_at(problem, float(share.removesuffix("%")) / 100, 3)
                assert expected is not None
                assert float(hours.removesuffix(" h")) == pytest.approx(expected.value, abs=0.051)
    unknown = replace(problem, people=None)
    svg = chart_svg(distribution_chart(found.answers[Question.RANK], unknown, speaking("en")))
    assert "Lowest coverage" in texts_of(svg)
    assert not [text for text in texts_of(svg) if text.endswith(" h")]


def test_a_frontier_of_one_point(found: Exploration) -> None:
    point = found.answers[Question.FRONTIER].shortfall[-1]
    chart = frontier_chart(
        [point], (point.coverage, point.hours), found.about.problem, speaking("de"), msg("Shortfall (h)")
    )
    assert "this plan" in texts_of(chart_svg(chart)) or "dieser Plan" in texts_of(chart_svg(chart))


def test_posts_with_and_without_a_plan(found: Exploration) -> None:
    each = found.answers[Question.POSTS].posts
    one = replace(each[0], total=Fraction(1, 2), plan=None, lowest_coverage_as_planned=None)
    chart = posts_chart([one, *each], found.about.plan.problem.layers[0].total, found.about.problem, speaking("en"))
    shown = rows(chart, 2)
    assert shown[0]["kind"] == "no plan, or none in time"
    assert [row["coverage"] for row in shown[1:]] == [posts.lowest_coverage_as_planned for posts in each]
    assert [row["kind"] == "other districts" for row in shown[1:]] == [posts.reshaped for posts in each]
    assert "planned: 4.0" in texts_of(chart_svg(chart))
    assert {"no plan, or none in time", "other districts"} <= set(texts_of(chart_svg(chart)))


def test_no_number_of_posts_has_a_plan(found: Exploration) -> None:
    none = [replace(one, plan=None, lowest_coverage_as_planned=None) for one in found.answers[Question.POSTS].posts]
    svg = chart_svg(posts_chart(none, Fraction(4), found.about.problem, speaking("en")))
    assert "no plan, or none in time" in texts_of(svg)


def test_counts_of_two_dozen_digits_are_read(found: Exploration) -> None:
    bars = (Bar(0.0, 0.5, 123 * 10**21), Bar(0.5, 1.0, 7))
    ranked = Ranked(Rank(123 * 10**21 + 7, 0.99, bars, None), (Marked("A", 0.6, 1, own=True),))
    texts = texts_of(chart_svg(distribution_chart(ranked, found.about.problem, speaking("en"))))
    assert "Number of plans (in units of 1,000,000,000,000,000)" in texts
    assert {"0", "50,000,000", "100,000,000", "150,000,000"} <= set(texts)


def test_sensitivity_ends_where_the_districts_change(found: Exploration) -> None:
    chart = drawn(found, Question.SENSITIVITY)[0].chart
    for row, one in zip(rows(chart), found.answers[Question.SENSITIVITY], strict=True):
        assert (row["from"], row["to"]) == (
            -0.5 if one.less is None else one.less.change,
            0.5 if one.more is None else one.more.change,
        )
        assert (row["less"] == "", row["more"] == "") == (one.less is None, one.more is None)


def test_outcomes_make_up_all_draws(found: Exploration) -> None:
    robust = found.answers[Question.ROBUSTNESS]
    shown = rows(drawn(found, Question.ROBUSTNESS)[0].chart)
    assert sum(row["share"] for row in shown) == pytest.approx(1)
    assert shown[0]["share"] == robust.same_districts.draws / robust.draws
    assert [row["share"] for row in shown[1:3]] == sorted((row["share"] for row in shown[1:3]), reverse=True)
    assert all(row["low"] <= row["share"] <= row["high"] for row in shown)
    unnamed = texts_of(chart_svg(outcomes_chart(robust, speaking("en"))))
    assert {"those of this plan", "other districts (1)"} <= set(unnamed)


def test_the_matrix_has_the_counts(found: Exploration) -> None:
    alternatives = found.answers[Question.ALTERNATIVES]
    towns = [town.ags for town in found.about.plan.problem.municipalities]
    counts = alternatives.together_counts
    for row in rows(drawn(found, Question.ALTERNATIVES)[0].chart):
        pair = sorted((towns[int(row["row"]) - 1], towns[int(row["column"]) - 1]))
        assert row["count"] == (None if pair[0] == pair[1] else counts[pair[0], pair[1]])


def test_names_stay_texts() -> None:
    for one in every(answers(HOSTILE)[1]):
        svg = chart_svg(one.chart)
        assert "<b>" not in svg
        assert all(node.tag.rpartition("}")[2] in ("svg", "g", "text", "path", "rect", "line", "defs", "clipPath",
                                                   "tspan")
                   for node in ElementTree.fromstring(svg).iter())  # fmt: skip
    matrix = drawn(answers(HOSTILE)[1], Question.ALTERNATIVES)[0]
    assert any(text.startswith("1 =1+1 #strong[x]") for text in texts_of(chart_svg(matrix.chart)))


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (0.163, 0.92), (18.2, 41.0), (0, 3), (0, 576_133_371), (5, 5)])
def test_figures_of_an_axis_are_round_and_enough(low: float, high: float) -> None:
    found = ticks(low, high)
    assert found[0] <= low
    assert found[-1] >= high
    assert 2 <= len(found) <= 9
    assert len({round(b - a, 9) for a, b in pairwise(found)}) == 1
