"""The page of a municipality: who comes, from where, how often, what it means there; figures as printed elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from counties import county_texts, write_county
from papers import Answer, answered, shipped

from translation import Language, number, percent, translate
from wording.municipality_page import MunicipalityPage, municipality_pages

GIVEN = (
    "  - posts: {total: 3}\n    plan:\n"
    "      - {employer: ki, fte: 1, municipalities: [Bestadt, Cehausen], hub: Bestadt}\n"
    "      - {employer: Dekirchen, fte: 2, municipalities: [Dekirchen, Efeld], hub: Dekirchen}\n"
)
BEFORE = (
    "  - posts: {total: 2}\n    plan:\n"
    "      - {employer: ki, fte: 2, municipalities: [Adorf, Bestadt, Cehausen, Dekirchen, Eheim], hub: Bestadt}\n"
)
HEAD = "name: Probe\ncounty: county\nkey: {population: 1}\n"


def pages(answer: Answer) -> dict[str, MunicipalityPage]:
    assert answer.solution.plan is not None
    return {page.name: page for page in municipality_pages(answer.loaded, answer.solution.plan)}


def text(page: MunicipalityPage, language: Language = "en") -> str:
    sections = (*page.visits, *page.effects)
    return " ".join(translate(part, language) for one in sections for part in (one.title, *one.texts))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A county of six municipalities, where one drive is estimated."""
    texts = county_texts(columns=3, rows=2)
    drives = re.sub("(05999008,05999012,.*)road", r"\1estimate", texts["travel.csv"])
    write_county(tmp_path, texts | {"travel.csv": drives})
    (tmp_path / "before.yaml").write_text(HEAD + "layers:\n" + BEFORE, "utf-8")
    return tmp_path


def given(folder: Path, more: str = "") -> dict[str, MunicipalityPage]:
    (folder / "probe.yaml").write_text(HEAD + more + "layers:\n" + GIVEN, "utf-8")
    return pages(answered(folder / "probe.yaml"))


@pytest.mark.parametrize("stem", ["modell-1-zentral", "kommunen-2023", "nichts"])
def test_figures_are_those_of_the_plan_and_what_is_added_up_adds_up(stem: str) -> None:
    answer = shipped(stem)
    plan = answer.solution.plan
    assert plan is not None
    for page in pages(answer).values():
        supply = plan.municipalities[page.ags]
        figures = [one.value for one in page.figures]
        per = plan.hours_per_1000(page.ags)
        assert per is not None
        assert supply.coverage is not None
        assert figures[0] == number(supply.hours, 1)
        assert figures[-2:] == [number(per, 1), percent(supply.coverage)]
        found = text(page)
        for sums in re.findall(r"([\d.]+) \+ ([\d.]+) = ([\d.]+) hours", found):
            existing, hours, total = map(float, sums)
            assert round(existing + hours, 1) == total
            assert (existing, hours) == (round(supply.existing_hours, 1), round(supply.hours, 1))
        assert f"{supply.shortfall_hours:.1f} hours per week are missing" in found or supply.shortfall_hours < 0.05
        teams = sum(page.ags in one.municipalities for layer in plan.layers for one in layer.districts)
        each = [float(hours) for hours in re.findall(r"(?<![=\d] )(?<![\d.])([\d.]+) hours on site per week", found)]
        assert len(each) <= teams
        assert round(sum(each), 1) == round(supply.hours, 1)


def test_without_posts_nobody_comes_and_nothing_changes() -> None:
    page = pages(shipped("nichts"))["Olfen"]
    assert translate(page.lead, "de") == "Ohne Stellen kommt niemand nach Olfen; es bleibt, was heute da ist."
    assert len(page.figures) == 3
    assert [one.layer for one in page.maps] == [None]
    assert "What changes" not in text(page)
    assert "0 €: no post is employed here." in text(page)


def test_who_comes_from_where_and_how_often(folder: Path) -> None:
    found = given(folder)
    home, away = found["Bestadt"], found["Cehausen"]
    assert str(home.lead).startswith("The team has its hub in Bestadt itself: ")
    assert [str(one.value) for one in home.figures[1:2]] == ["here"]
    assert re.match(
        r"A team comes to Cehausen from Bestadt: [\d.]+ hours on site per week, [\d.]+ visits", str(away.lead)
    )
    assert "The team has 1.0 FTE and 1 person for the whole district." in text(away)
    assert re.search(r"\d+ min by car, [\d.]+ km, one way .*\(estimated from the air line\)", text(away))
    assert "(worked out on the road network)" in text(found["Efeld"])
    assert "District 1, on site per week beside Cehausen: Bestadt " in text(away)
    assert str(away.maps[0].title).startswith("District 1, tinted; Cehausen hatched")
    # Adorf and Eheim are in none.
    assert str(found["Adorf"].lead) == "Adorf is in no district of this plan: nobody comes."
    assert "Neighbours in the county" in text(found["Adorf"])
    assert "Not counted, for nobody published its staff: Flüchtlingsberatung (DRK)." in text(found["Adorf"])


def test_what_a_municipality_pays(folder: Path) -> None:
    unknown = given(folder, "funding: {module_2: {per_post: 55000}}\n")
    assert "0 €: no post is employed here. The posts are those of Kommunales" in text(unknown["Cehausen"])
    assert "2.0 FTE are employed by Dekirchen. The state grants 110,000 € per year" in text(unknown["Dekirchen"])
    assert "so the own share is not known" in text(unknown["Dekirchen"])
    assert "Whether Efeld takes a share of the cost" in text(unknown["Efeld"])
    known = text(
        given(folder, "funding: {cost_per_post: 70000, months: 6, module_2: {per_post: 55000}}\n")["Dekirchen"]
    )
    assert "15,000 € for 6 months: the 2.0 FTE employed by Dekirchen cost 70,000 €, of which" in known
    covered = text(given(folder, "funding: {cost_per_post: 50000, module_2: {per_post: 55000}}\n")["Dekirchen"])
    assert "0 € per year: the 2.0 FTE" in covered


def test_what_changes_against_the_reference_plan_and_who_does_not_take_part(folder: Path) -> None:
    found = given(folder, "reference_plan: before.yaml\nnot_taking_part: {Eheim: kein Bedarf}\n")
    stays, moves = text(found["Cehausen"]), text(found["Dekirchen"])
    assert "The reference plan has 2.0 FTE, this one 3.0." in stays
    assert "In the reference plan (before.yaml) it is district 1 with Adorf, Bestadt, Dekirchen, Eheim." in stays
    assert "No longer: Adorf, Dekirchen, Eheim." in stays
    assert "New beside Dekirchen: Efeld. No longer: Adorf, Bestadt, Cehausen, Eheim." in moves
    before, now, by = re.search(  # type: ignore[union-attr]
        r"On site per week: ([\d.]+) hours in the reference plan, ([\d.]+) here \(([+−][\d.]+)\)", moves
    ).groups()
    assert round(float(now) - float(before), 1) == float(by.replace("−", "-"))
    assert "In the reference plan (before.yaml) Efeld is in no district." in text(found["Efeld"])
    absent = found["Eheim"]
    assert str(absent.lead) == "Eheim does not take part (kein Bedarf): nobody comes."
    assert "counts in no figure of the plan" in text(absent)
    assert [one.value for one in absent.figures] == [number(0, 1), "–", "–"]
