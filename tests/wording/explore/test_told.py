"""What is told of the answers: every sentence and table from the optimizer's own figures, and how sure each is."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import Any

import pytest
from explored_answers import HOSTILE, answers
from hypothesis import given
from hypothesis import strategies as st

from exploring.exploration import EXACT, Exploration, explore
from exploring.query import Means, Subject
from exploring.question import Question, Topic
from exploring.questions.posts import MOST_TOTALS, PostsValue, totals_of
from exploring.questions.rank import RankQuery, comparable
from exploring.unanswered import Unanswered
from geodata.county import Service
from optimizer.explore.prices import prices
from optimizer.explore.situation import NoPlanInTime, TooLarge
from optimizer.problem import Problem
from optimizer.rules import Rule, RuleName
from optimizer.solve import solve
from scenarios import SCENARIOS
from scenarios.assemble import LoadedScenario, load_problem
from translation import LANGUAGES, Number, Percent, translate
from wording.differences import moved_text, reshaped
from wording.explore.all import TOLD, everything_told, unanswered
from wording.explore.alternatives import alternatives_told, settled_groups, stays
from wording.explore.change import change_told
from wording.explore.idle_rules import cannot_bind
from wording.explore.posts import posts_told
from wording.explore.prices import prices_told
from wording.explore.rank import rank_told
from wording.explore.robustness import interval, outcomes_in_order, robustness_told
from wording.explore.sensitivity import sensitivity_so_far, sensitivity_told
from wording.explore.told import ASKED, Told, changes
from wording.explore.why import why_not_told, why_told
from wording.yardstick import hours_at


@pytest.fixture(scope="module")
def found() -> Exploration:
    return answers()[1]


@cache
def shipped(name: str) -> tuple[LoadedScenario, Any]:
    loaded = load_problem(SCENARIOS / f"{name}.yaml")
    return loaded, solve(loaded.problem).plan


def said(told: Told) -> str:
    return " ".join(translate(text, "en") for text in (*told.answer, told.proof))


def cells(told: Told, table: int = 0) -> list[list[str]]:
    return [[translate(cell.value, "en") for cell in row.cells] for row in told.tables[table].rows]


def test_every_question_is_answered_in_both_languages(found: Exploration) -> None:
    assert [one.question for one in everything_told(found)] == list(Question)
    for language in LANGUAGES:
        for one in everything_told(found):
            assert one.answer
            for text in (one.title, *one.answer, one.proof):
                assert "{" not in translate(text, language)
            for table in one.tables:
                assert all(len(row.cells) == len(table.columns) for row in table.rows)
    assert not unanswered(found)
    assert len({translate(ASKED[question], "de") for question in Question}) == len(Question)


def test_that_not_all_changes_were_looked_at_is_told_first(found: Exploration) -> None:
    changed = found.answers[Question.CHANGE]
    part = replace(changed.change, coverage=changed.change.coverage[:1], looked_at=1, complete=False)
    first, *_ = change_told(found.about, replace(changed, change=part)).answer
    assert translate(first, "en").startswith("The time was up: plans with more than 1 changes were not looked at.")


def test_a_trade_is_told_only_where_a_plan_has_a_higher_coverage(found: Exploration) -> None:
    alternatives = found.answers[Question.ALTERNATIVES]
    first = alternatives.items[0]
    own = replace(alternatives, items=(first,))
    higher = replace(first, plan=max((one.plan for one in alternatives.items), key=lambda plan: plan.reached))
    lower = replace(first, plan=min((one.plan for one in alternatives.items), key=lambda plan: plan.reached))
    assert higher.plan.reached > lower.plan.reached + 0.001
    both = replace(alternatives, items=(lower, higher))
    notes = [len(alternatives_told(found.about, one).tables[0].notes) for one in (own, both)]
    assert notes == [1, 2]


def test_alternatives_say_who_is_settled(found: Exploration) -> None:
    alternatives = found.answers[Question.ALTERNATIVES]
    groups = settled_groups(alternatives)
    counts, number = alternatives.together_counts, len(alternatives.items)
    together = {pair for pair, count in counts.items() if count == number}
    assert {pair for group in groups for pair in counts if set(pair) <= set(group)} == together
    staying = stays(alternatives)
    assert all(
        staying[ags] == pytest.approx(1 - sum(ags in one.moved for one in alternatives.items) / number)
        for ags in staying
    )
    told = alternatives_told(found.about, alternatives)
    assert "Proven" in said(told)
    assert len(told.tables[0].rows) == number
    part = replace(alternatives, complete=False)
    assert "Not complete" in said(alternatives_told(found.about, part))
    one = replace(alternatives, items=alternatives.items[:1])
    alone = alternatives_told(found.about, one)
    assert len(alone.tables) == 1
    assert "no other plan" in said(alone)


def test_changes_name_the_new_districts(found: Exploration) -> None:
    county = found.about.loaded.county
    a, b, c, d = [town.ags for town in county.municipalities][:4]
    names = {ags: county.name_of(ags) for ags in (a, b, c, d)}
    assert changes(county, [(a, b), (c, d)], [(d, c), (b, a)]) == "–"
    assert changes(county, [(a, b), (c, d)], [(a, b), (c,), (d,)]) == f"{names[c]} · {names[d]}"
    assert changes(county, [(a, b), (c, d)], [(c, b, a), (d,)]) == f"{names[a]} + {names[b]} + {names[c]} · {names[d]}"


def test_the_rank_says_its_counts(found: Exploration) -> None:
    answer = found.answers[Question.RANK]
    told = rank_told(found.about, answer)
    assert f"{answer.rank.plans:,}" in said(told)
    assert "none is better" in said(told)
    own, *others = answer.marks
    assert own.own
    assert not any(mark.own for mark in others)
    assert [int(row[4].replace(",", "")) for row in cells(told)] == [mark.better for mark in answer.marks]
    standing = answer.rank.standing
    assert standing is not None
    beaten = replace(answer, rank=replace(answer.rank, standing=replace(standing, before=7, is_among=False)))
    assert f"beaten by 7 of {answer.rank.plans:,}" in said(rank_told(found.about, beaten))
    assert "none of them itself" in said(rank_told(found.about, beaten))
    unknown = replace(answer, rank=replace(answer.rank, standing=replace(standing, before=None, level=None)))
    assert "have a higher lowest coverage than this one" in said(rank_told(found.about, unknown))


def test_only_plans_with_the_same_measure_are_marked() -> None:
    (first, plan), (_, second), (_, third) = (
        shipped(name) for name in ("modell-1-zentral", "modell-2-wohlfahrt", "modell-3-kommunen")
    )
    (_, twelve), (free, free_plan), (_, real) = (
        shipped(name) for name in ("ausbau-12-stellen", "kommunen-frei", "kommunen-2023")
    )
    assert comparable(plan, second) is not None
    # The posts of two layers against those of one.
    whole = comparable(plan, third)
    assert whole is not None
    assert len(whole.layers) == 2
    assert comparable(plan, twelve) is None
    after_one = replace(free_plan, layers=free_plan.layers[:1])
    matched = comparable(after_one, real)
    assert matched is not None
    assert len(matched.layers) == 1
    marked = RankQuery((("as it was", real), ("twelve", twelve), ("none", None)))
    answer = marked.find(Subject(free, free_plan, 0), Means())
    assert [(mark.name, mark.better) for mark in answer.marks][1:] == [("as it was", 10_673_956)]
    assert answer.rank.plans == 48_682_293
    assert first.problem.total_posts == 6


def test_prices_tell_the_ki_third_first_and_what_was_not_proven() -> None:
    loaded, plan = shipped("modell-2-wohlfahrt")
    answer = prices(loaded.problem)
    told = prices_told(Subject(loaded, plan, 0), answer)
    first, second, third = (translate(text, "en") for text in told.answer[:3])
    assert "33.3% of the posts at the KI” costs nothing" in first
    assert "together with: at least 2.0 FTE at Kommunales Integrationszentrum" in second
    assert "3.2 missing hours" in third
    assert "Proven" in translate(told.proof, "en")
    late = replace(answer.items[0], plan=None, coverage=None, hours=None, binds=None, proven=False)
    open_ = prices_told(Subject(loaded, plan, 0), replace(answer, items=(late, *answer.items[1:])))
    assert "Not everything is proven: 1 of" in said(open_)
    assert "no answer in time" in cells(open_)[1]
    impossible = replace(answer, plan=None)
    assert "there is no plan" in said(prices_told(Subject(loaded, plan, 0), impossible))


def test_a_rule_that_cannot_bind_says_why(found: Exploration) -> None:
    problem = found.about.loaded.problem
    layer = problem.layers[0]
    limited = replace(layer, changes_maximum=9, reference=(frozenset({problem.municipalities[0].ags}),))
    far = replace(problem, layers=(replace(limited, max_drive_minutes=1000.0, districts_maximum=9),))

    def said(name: RuleName, problem: Problem = far, limit: float | None = None) -> str | None:
        why = cannot_bind(problem, Rule(name, None if name is RuleName.KI_SHARE else 0, ("ki",), limit))
        return None if why is None else translate(why, "de")

    assert said(RuleName.KI_SHARE) == "am KI sind ohnehin alle Stellen"
    assert said(RuleName.MAX_DRIVE, limit=1000.0).startswith("keine Fahrt im Kreis dauert länger als ")
    assert said(RuleName.DISTRICTS_MAXIMUM) == "es gibt nur 9 Kommunen"
    teams = replace(far, layers=(replace(layer, districts_maximum=8),))
    assert said(RuleName.DISTRICTS_MAXIMUM, teams) == "4,0 Stellen ergeben nicht mehr Teams"
    pairs = replace(far, layers=(replace(layer, districts_maximum=2, minimum_persons=2),))
    assert said(RuleName.DISTRICTS_MAXIMUM, pairs) == "4,0 Stellen ergeben nicht mehr Teams"
    assert said(RuleName.CHANGES_MAXIMUM) == "es gibt nur 9 Kommunen"
    assert said(RuleName.EMPLOYER_MAXIMUM, limit=4.0) == "die Ebene hat nicht mehr als 4,0 Stellen"
    assert said(RuleName.EMPLOYER_MINIMUM, limit=1.0) == "es gibt keinen anderen Anstellungsträger"
    near = replace(problem, layers=(replace(layer, max_drive_minutes=1.0, districts_maximum=3),))
    for name in (RuleName.MAX_DRIVE, RuleName.DISTRICTS_MAXIMUM, RuleName.TOGETHER):
        assert said(name, near) is None
    told = prices_told(found.about, found.answers[Question.PRICES])
    assert "cannot bind: all posts are at the KI anyway." in " ".join(translate(text, "en") for text in told.answer)
    assert "cannot: all posts are at the KI anyway" in [row[-2] for row in cells(told)]


def test_alternatives_count_changes_and_splits_as_the_model_does(found: Exploration) -> None:
    answer, county = found.answers[Question.ALTERNATIVES], found.about.loaded.county
    told = alternatives_told(found.about, answer)
    for row, one in zip(cells(told), answer.items, strict=True):
        assert row[1] == (", ".join(county.name_of(ags) for ags in one.moved) or "–")
        new = len(reshaped(answer.items[0].plan, one.plan, answer.layer).new)
        assert (f"{new} new" in row[2]) is (new > 0)
    moved = translate(moved_text(answer.items[0].plan, answer.items[1].plan, answer.layer, county), "en")
    assert moved in translate(told.answer[0], "en")


def test_totals_are_in_steps_and_not_too_many(found: Exploration) -> None:
    problem = found.about.loaded.problem
    for step, total in ((Fraction(1, 2), 6), (Fraction(1, 10), 4), (Fraction(1, 10), 40), (Fraction(1), 1)):
        rules = replace(problem.layers[0], step=step, total=Fraction(total))
        changed = replace(problem, layers=(rules,))
        totals = totals_of(changed, 0)
        assert list(totals) == sorted(set(totals))
        assert all((one / step).denominator == 1 for one in totals)
        assert rules.total in totals
        assert rules.total + 1 in totals
        assert len(totals) <= MOST_TOTALS + 4


def test_posts_tell_the_next_post_and_where_there_is_no_plan(found: Exploration) -> None:
    posts = found.answers[Question.POSTS].posts
    told = posts_told(found.about, PostsValue(posts, found.answers[Question.POSTS].hours))
    planned = found.about.plan.problem.layers[0].total
    now, more = (next(one for one in posts if one.total == total) for total in (planned, planned + 1))
    assert now.plan is not None
    assert more.plan is not None
    gained = round(more.plan.on_site_hours, 1) - round(now.plan.on_site_hours, 1)
    assert f"The next post brings {gained:.1f} hours" in said(told)
    best = max(found.answers[Question.POSTS].hours, key=lambda one: (one.shortfall_hours, one.on_site_hours))
    assert f"helps most in district {best.district + 1} " in said(told)
    late = [replace(one, plan=None, proven=False, lowest_coverage_as_planned=None) for one in posts[-1:]]
    open_ = posts_told(found.about, PostsValue([*posts[:-1], *late], found.answers[Question.POSTS].hours))
    assert "Not proven for" in said(open_)


def test_all_numbers_of_posts_have_one_yardstick(found: Exploration) -> None:
    problem, people = found.about.problem, found.about.problem.people
    assert people is not None
    posts = found.answers[Question.POSTS].posts
    for one in posts:
        assert one.plan is not None
        assert one.plan.fair_level == pytest.approx(problem.fair_level)
        assert one.plan.reached == one.lowest_coverage_as_planned
        # As many hours as they are, whoever measures them.
        least = one.plan.least_covered
        assert one.plan.hours_per_1000(least.ags) == pytest.approx(1000 * one.lowest_supply / people)
    told = posts_told(found.about, found.answers[Question.POSTS])
    assert "one yardstick" in translate(told.tables[0].notes[1], "en")
    assert "Measured by 4.0 posts" in translate(told.tables[0].notes[1], "en")
    shortfalls = [one.plan.shortfall_hours for one in posts if one.plan is not None]
    assert shortfalls == sorted(shortfalls, reverse=True)


@pytest.mark.parametrize(
    "question",
    [q for q in Question if q.topic is Topic.PLAN and q not in (Question.SENSITIVITY, Question.ROBUSTNESS)],
)
def test_hours_per_1000_people_stand_behind_each_coverage(found: Exploration, question: Question) -> None:
    (told,) = (one for one in everything_told(found) if one.question is question)
    problem = found.about.problem
    checked = 0
    for table in told.tables:
        headings = [translate(column.heading, "en") for column in table.columns]
        for at, heading in enumerate(headings):
            if not heading.lower().endswith("lowest coverage"):
                continue
            assert headings[at + 1] == "h per 1,000"
            for line in table.rows:
                share, hours = line.cells[at].value, line.cells[at + 1].value
                assert isinstance(share, Percent) == isinstance(hours, Number)
                if isinstance(share, Percent) and isinstance(hours, Number):
                    expected = hours_at(problem, share.value)
                    assert expected is not None
                    assert hours.value == expected.value
                    checked += 1
    assert checked
    nobody = replace(found.about.loaded, problem=replace(problem, people=None))
    about = replace(found.about, loaded=nobody)
    for table in TOLD[question](about, found.answers[question]).tables:
        assert not [one for one in table.columns if "1,000" in translate(one.heading, "en")]
        assert all(len(line.cells) == len(table.columns) for line in table.rows)


@given(st.integers(0, 2000), st.integers(1, 2000))
def test_the_interval_holds_the_share(hits: int, draws: int) -> None:
    hits = min(hits, draws)
    low, high = interval(hits, draws)
    assert 0 <= low <= hits / draws + 1e-12
    assert hits / draws - 1e-12 <= high <= 1
    # Wilson's interval: the share lies where its ends are 1.96 standard errors away.
    for end in (low, high):
        if 0 < end < 1:
            assert abs(hits / draws - end) == pytest.approx(1.959964 * math.sqrt(end * (1 - end) / draws), abs=1e-6)


def test_robustness_is_called_a_sample(found: Exploration) -> None:
    robust = found.answers[Question.ROBUSTNESS]
    told = robustness_told(found.about, robust)
    assert "A sample, not a proof." in said(told)
    assert f"{robust.same_districts.draws} of {robust.draws} draws" in said(told)
    people, plan = found.about.problem.people, robust.plan
    assert people is not None
    mean, worst = (
        f"{100 * share:.1f} points ({1000 * supply / people:.2f} h per 1,000)"
        for share, supply in ((plan.mean_regret, plan.mean_supply), (plan.worst_regret, plan.worst_supply))
    )
    assert f"on average {mean} and at worst {worst}" in said(told)
    drawn = [int(row[1]) for row in cells(told)]
    assert sum(drawn) == robust.draws
    assert outcomes_in_order(robust)[0].districts == robust.same_districts.districts
    stopped = replace(robust, asked=robust.asked + 5)
    assert f"{robust.draws} of {robust.draws + 5} draws were done" in said(robustness_told(found.about, stopped))
    short = replace(robust, compared=3)
    assert f"compared in 3 of {len(robust.cases)} cases" in said(robustness_told(found.about, short))


def test_robustness_begins_with_a_plain_grade(found: Exploration) -> None:
    robust = found.answers[Question.ROBUSTNESS]
    drawn = [case for case in robust.cases if case.draw is not None]
    near = next(case for case in drawn if case.best is not None)
    assert near.best is not None
    good, bad = (replace(near, coverage=near.best.highest_coverage - lost, keeps_rules=True) for lost in (0.0, 0.3))
    grades = ("Der Plan hält: In allen 10", "Der Plan hält gut: In 9 von 10", "Der Plan hält mit", "Der Plan hängt an")
    for holding, grade in zip((10, 9, 5, 4), grades, strict=True):
        cases = tuple([good] * holding + [bad] * (10 - holding))
        told = robustness_told(found.about, replace(robust, cases=cases))
        assert translate(told.answer[0], "de").startswith(grade)


def test_staff_that_nobody_published_is_told_and_a_range_is_tried(found: Exploration) -> None:
    loaded = found.about.loaded
    (first, *_) = loaded.county.municipalities
    known = Service("Beratung", "AWO", "MBE", first.ags, None, 2.0, None, "2020", "", "")
    services = (
        replace(known, name="Spanne", fte=3.5, fte_range=(3.0, 4.0)), replace(known, name="Dunkel", fte=None), known,
    )  # fmt: skip
    county = replace(loaded.county, services=services)
    about = replace(found.about, loaded=replace(loaded, county=county))
    told = robustness_told(about, found.answers[Question.ROBUSTNESS])
    assert "Nobody published the staff of these services, nor a range of it" in said(told)
    assert "right: Dunkel." in said(told)
    rows = {row[0]: row[1:] for row in cells(told, 2)}
    assert rows["posts of Spanne"] == ["3.5 FTE (the middle)", "3 to 4 FTE, draws only"]
    assert rows["posts of Dunkel"] == ["not published: counts as nothing", "left out: no range is known"]
    assert "posts of Beratung" not in rows
    about = replace(found.about, loaded=replace(loaded, county=replace(county, services=(known,))))
    assert "Nobody published" not in said(robustness_told(about, found.answers[Question.ROBUSTNESS]))


def test_sensitivity_names_the_nearest_change(found: Exploration) -> None:
    answer = found.answers[Question.SENSITIVITY]
    assert answer
    told = sensitivity_told(found.about, answer)
    assert len(told.tables[0].rows) == len(answer)
    so_far = sensitivity_so_far(found.about, answer[:2])
    assert so_far is not None
    assert translate(so_far, "de").startswith("Von 2 bisher geprüften Zahlen: ")
    assert sensitivity_so_far(found.about, ()) is None
    nothing = [replace(one, less=None, more=None) for one in answer]
    assert "No single figure changes" in said(sensitivity_told(found.about, nothing))


def test_why_tells_what_it_costs_and_that_nothing_else_is_allowed(found: Exploration) -> None:
    reasons = found.answers[Question.WHY].by_town
    ags, reason = next((ags, reason) for ags, reason in reasons.items() if reason.plan is not None)
    told = why_told(found.about, reason, ags)
    assert found.about.loaded.county.name_of(ags) in said(told)
    assert reason.lost_hours is not None
    assert f"{abs(reason.lost_hours):.1f} hours" in said(told)
    impossible = replace(reason, plan=None, lost_coverage=None, lost_hours=None)
    assert "allow no plan" in said(why_told(found.about, impossible, ags))
    other = next(town.ags for town in found.about.loaded.county.municipalities if town.ags != ags)
    assert "no such plan" in said(why_not_told(found.about, impossible, ags, other))
    unproven = replace(reason, proven=False)
    assert "not proven best" in said(why_not_told(found.about, unproven, ags, other))


@pytest.mark.parametrize(("failure", "reason"), [(TooLarge, Unanswered.TOO_LARGE), (NoPlanInTime, Unanswered.NO_TIME)])
def test_what_cannot_be_answered_leaves_the_others_theirs(
    failure: type[Exception], reason: Unanswered, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, found = answers(HOSTILE)

    def fails(*_: object, **__: object) -> None:
        raise failure

    monkeypatch.setattr("exploring.questions.frontier.frontier", fails)
    partial = explore(found.about, Means(), questions=EXACT)
    assert partial.missing == {Question.FRONTIER: reason}
    assert list(partial.answers) == [question for question in EXACT if question is not Question.FRONTIER]
    assert translate(reason.text, "en") in translate(unanswered(partial)[0], "en")
    assert Question.FRONTIER not in [told.question for told in everything_told(partial)]


def test_hostile_names_stay_text() -> None:
    _, found = answers(HOSTILE)
    for told in everything_told(found):
        for text in (*told.answer, told.proof):
            translate(text, "de")
    rank = next(one for one in everything_told(found) if one.question is Question.RANK)
    assert cells(rank)[0][1] == HOSTILE
