"""The council paper for Word, opened again: structure, language, descriptions, what people wrote."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from docx import Document
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from papers import DAY, Answer, models, shipped
from PIL import Image

from files.faults import InputError
from reports.package import Format, papers
from reports.paper import paper
from reports.style import STYLE_FILE, Style, style_in
from scenarios.funding import Funding, FundingYear
from translation import Language

HOSTILE = "<b>x</b> & \x02\uffff =1+1 {y}"


def _word(answers: list[Answer], language: Language = "de", style: Style | None = None) -> WordDocument:
    (content,) = papers(answers, language, day=DAY, formats=[Format.DOCX], style=style).values()
    return Document(io.BytesIO(content))


def _with_texts(answer: Answer, years: tuple[FundingYear, ...] = (), **texts: str) -> Answer:
    scenario = answer.loaded.scenario.model_copy(update={"papers": texts, "funding": Funding(years=years)})
    return replace(answer, loaded=replace(answer.loaded, scenario=scenario))


def _texts(word: WordDocument) -> list[str]:
    return [line.text for line in word.paragraphs]


def test_it_has_the_form_of_a_council_paper_and_the_figures_of_the_plan() -> None:
    first = papers(models(), "de", day=DAY, formats=[Format.DOCX])
    assert papers(models(), "de", day=DAY, formats=[Format.DOCX]) == first
    word = Document(io.BytesIO(next(iter(first.values()))))
    headings = [line.text for line in word.paragraphs if line.style and line.style.name.startswith("Heading")]
    expected = [
        *("Beschlussvorschlag", "Begründung", "I. Problem", "II. Lösung", "III. Alternativen", "IV. Auswirkungen"),
        *("1. Finanzen", "2. Personal", "3. IT", "4. Sonstige Ressourcen", "V. Zuständigkeit", "Anlagen"),
    ]
    assert [heading for heading in headings if heading in expected] == expected
    levels = [int(line.style.name[-1]) for line in word.paragraphs if line.style and line.style.name[:-1] == "Heading "]
    assert all(after <= before + 1 for before, after in zip([0, *levels], levels, strict=False))
    texts = _texts(word)
    assert "Bezirk 1 (Ascheberg, Nordkirchen, Senden): 1,5 VZÄ" in " ".join(texts)
    assert any(text.startswith("Nichts: Keine Stelle wird besetzt.") for text in texts)
    content = paper(models(), "de", day=DAY)
    cells = {cell.text for table in word.tables for row in table.rows for cell in row.cells}
    for planned in (part.planned for part in content.parts if part.planned is not None):
        for table in planned.districts:
            assert {content.say(cell.value).replace(" ", "\u00a0") for cell in table.rows[0].cells[3:4]} <= {
                cell.replace(" ", "\u00a0") for cell in cells
            }


def test_who_does_not_see_it_has_everything() -> None:
    word = _word(models())
    assert word.core_properties.language == "de-DE"
    assert word.core_properties.title
    assert word.styles.element.find(f".//{qn('w:rPrDefault')}//{qn('w:lang')}").get(qn("w:val")) == "de-DE"
    described = [drawn.get("descr") for drawn in word.element.iter(qn("wp:docPr"))]
    assert len(described) == 4
    assert all(len(text) > 80 for text in described)
    assert len({drawn.get("id") for drawn in word.element.iter(qn("wp:docPr"))}) == 4
    for table in word.tables[1:]:
        assert table.rows[0]._tr.find(f".//{qn('w:tblHeader')}") is not None


def test_what_people_wrote_stands_in_it_and_what_is_missing_is_marked() -> None:
    empty = _word([shipped("modell-1-zentral")])
    marked = [run.text for line in empty.paragraphs for run in line.runs if run.font.highlight_color is not None]
    assert len(marked) == 4
    texts = {
        "number": "SV-10-123", "annex": "Anlage 2", "department": "50 – Soziales", "reasons": HOSTILE,
        "decision": "Der Kreistag beschließt:\n- eins\n- zwei", "for": "- kurze Wege", "against": "teuer",
        "it": "keine", "staff": "keine", "other": "keine", "responsibility": "Kreistag, § 26 KrO",
        "agreed": "8 von 11", "Nachtrag": "Dank an alle",
    }  # fmt: skip
    years = (FundingYear(year=2027, filled={4: 3}), FundingYear(year=2028, filled={1: 6}))
    word = _word([_with_texts(shipped("modell-1-zentral"), years, **texts)])
    said = _texts(word)
    # The second decision, on the financing, is made from the years; the first is theirs.
    second = said.index("2. Stellen und Mittel der Jahre")
    assert said.index("1. Stellen und Bezirke") < said.index("eins") < second < said.index("Begründung")
    assert said[second + 2] == "2027: 3,0 Stellen ab April; Förderung des Landes 128.250 €"
    assert "Die Zahl der besetzten Stellen steigt von 3,0 auf 6,0." in said
    assert [run.text for line in word.paragraphs for run in line.runs if run.font.highlight_color is not None] == []
    assert {"eins", "zwei", "<b>x</b> &  =1+1 {y}", "kurze Wege", "Dagegen: teuer"} <= {*said}
    assert {"Kreistag, § 26 KrO", "8 von 11", "Nachtrag", "Dank an alle"} <= {*said}
    assert any(text.startswith("Anlage 2: Bericht") for text in said)
    assert word.tables[0].rows[0].cells[1].text == "SV-10-123"


def test_a_template_of_the_county_keeps_its_pages_styles_and_head(tmp_path: Path) -> None:
    own = Document()
    own.add_paragraph("Kreis Musterstadt")
    own.sections[0].header.paragraphs[0].text = "Briefkopf"
    own.styles["Heading 1"].font.name = "Georgia"
    for name in ("List Bullet", "Caption"):
        own.styles[name].delete()
    own.save(str(tmp_path / "vorlage.docx"))
    (tmp_path / STYLE_FILE).write_text("template: vorlage.docx\n", "utf-8")
    word = _word([shipped("modell-1-zentral")], style=style_in(tmp_path))
    assert word.paragraphs[0].text == "Kreis Musterstadt"
    assert word.sections[0].header.paragraphs[0].text == "Briefkopf"
    assert word.styles["Heading 1"].font.name == "Georgia"
    assert "Beschlussvorschlag" in _texts(word)
    (tmp_path / "vorlage.docx").write_bytes(b"no archive")
    with pytest.raises(InputError, match="no Word document"):
        style_in(tmp_path)


def test_a_logo_stands_above_and_a_scenario_without_plan_says_so() -> None:
    picture = io.BytesIO()
    Image.new("RGB", (40, 20), "navy").save(picture, "PNG")
    (content,) = papers(
        [shipped("nichts")], "en", day=DAY, formats=[Format.DOCX], style=Style(picture.getvalue())
    ).values()
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        drawn = re.findall(r'<wp:docPr [^>]*descr="([^"]*)"', parts.read("word/document.xml").decode())
    assert drawn[0] == ""
