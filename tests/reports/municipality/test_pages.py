"""The pages of all municipalities opened again: one page each, headings, figures, descriptions; hostile names."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from counties import county_texts, write_county
from docx import Document
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from papers import DAY, Answer, answered, shipped
from PIL import Image
from pypdf import PdfReader

from geodata import COUNTIES
from geodata.county import load_county
from maps.paper.cutout import Cutout, cutout_svg
from reports.municipality.content import Sheet, sheets
from reports.municipality.pdf import map_mm, pdf
from reports.municipality.word import word
from reports.package import Format, papers
from reports.paper import Paper, digest_text, paper
from reports.style import Style
from tests.reports.report.test_pdf import HOSTILE, LONG, elements
from translation import number, percent, translate
from wording.result_json import result

Pages = dict[str, bytes]


def archive(answer: Answer) -> tuple[str, Pages]:
    ((name, content),) = papers([answer], "de", day=DAY, formats=[Format.MUNICIPALITIES]).items()
    with zipfile.ZipFile(io.BytesIO(content)) as files:
        return name, {entry: files.read(entry) for entry in files.namelist()}


def read(content: bytes) -> tuple[PdfReader, str]:
    reader = PdfReader(io.BytesIO(content))
    text = " ".join(page.extract_text() for page in reader.pages)
    return reader, re.sub(r"\s+", " ", text.replace("\u00ad", ""))


def words(document: WordDocument) -> str:
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return " ".join([*cells, *(line.text for line in document.paragraphs)]).replace("\u00a0", " ")


def titles(reader: PdfReader) -> list[str]:
    return [str(entry.title).strip() for entry in reader.outline if not isinstance(entry, list)]


def drawn(content: Paper, sheet: Sheet) -> Iterator[str]:
    assert content.proposed.planned is not None
    wide, high = map_mm(sheet)
    for one in sheet.maps:
        cut = Cutout(sheet.ags, one.of.layer, one.of.district)
        look = {"width_mm": wide, "height_mm": high, "title": one.title, "description": one.alt}
        yield cutout_svg(content.county, content.proposed.planned.plan, cut, "de", **look)  # type: ignore[arg-type]


def test_each_municipality_has_a_page_in_each_form_with_the_figures_of_the_result() -> None:
    answer = shipped("modell-1-zentral")
    name, files = archive(answer)
    assert name == "modell-1-zentral-am-ki-dezentral-im-einsatz-municipalities.zip"
    towns = result(answer.loaded, answer.solution, (), "de")["municipalities"]
    content = paper([answer], "de", day=DAY)
    every = list(sheets(content, Style()))
    assert [*files] == [f"{stem}.{kind}" for stem in _stems(towns) for kind in ("pdf", "docx")]
    for town, sheet, pair in zip(towns, every, zip(*[iter(files.values())] * 2, strict=True), strict=True):
        reader, text = read(pair[0])
        document: WordDocument = Document(io.BytesIO(pair[1]))
        assert len(reader.pages) == 1
        headings = [one.title for one in (*sheet.visits, *sheet.effects)]
        assert titles(reader) == headings
        lines = [line for line in document.paragraphs if line.style and line.style.name == "Heading 1"]
        assert [line.text.strip() for line in lines] == [*headings, sheet.basis.title]
        alternative = [one["/Alt"] for one in elements(reader.root_object["/StructTreeRoot"]) if "/Alt" in one]
        described = [one.get("descr") for one in document.element.iter(qn("wp:docPr"))]
        assert alternative == described == [one.alt for one in sheet.maps]
        figures = [number(town["hours"], 1), number(town["hours_per_1000"], 1), percent(town["coverage"])]
        figures += [number(town["existing_hours"], 1), number(town["shortfall_hours"], 1)]
        told = [translate(figure, "de").replace("\u00a0", " ") for figure in figures]
        said = digest_text(content.proposed, "de")
        for found in (text, words(document)):
            assert town["name"] in found
            assert all(figure in found.replace("\u00a0", " ") for figure in told)
            assert translate(said, "de") in found
            assert "09.03.2026" in found


def _stems(towns: list[dict[str, Any]]) -> list[str]:
    return [town["name"].lower().replace("ü", "ue") for town in towns]


def test_who_does_not_see_it_has_everything() -> None:
    content = paper([shipped("kommunen-2023")], "de", day=DAY)
    sheet = list(sheets(content, Style()))[1]
    # Billerbeck: two teams, a map of the district of each.
    maps = list(drawn(content, sheet))
    assert len(maps) == 2
    reader, _ = read(pdf(sheet, maps))
    root = reader.root_object
    assert len(reader.pages) == 1
    assert root["/Lang"].startswith("de")
    assert root["/MarkInfo"]["/Marked"]
    assert "<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_object().get_data().decode()
    kinds = [one["/S"] for one in elements(root["/StructTreeRoot"])]
    assert kinds.count("/Figure") == 2
    assert kinds.count("/H1") == len(sheet.visits) + len(sheet.effects)
    document: WordDocument = Document(io.BytesIO(word(sheet, maps)))
    assert document.core_properties.language == "de-DE"
    assert document.tables[0].rows[0]._tr.find(f".//{qn('w:tblHeader')}") is not None
    columns = [section._sectPr.find(qn("w:cols")).get(qn("w:num")) for section in document.sections]
    assert columns == [None, "2"]
    assert len(document.element.findall(f".//{qn('w:br')}[@{qn('w:type')}='column']")) == 1


def test_long_and_hostile_texts_stay_text_on_one_page(tmp_path: Path) -> None:
    texts = county_texts(columns=4)
    name = f"{LONG} {HOSTILE} " + "Donaudampfschifffahrtsgesellschaft" * 2
    rows = texts["municipalities.csv"].replace("Adorf", '"' + name.replace('"', '""') + '"')
    services = "".join(f"{LONG} {i},{LONG},MBE,05999004,all,1,,2018,Zeitung,\n" for i in range(9))
    write_county(tmp_path, texts | {"municipalities.csv": rows, "services.csv": texts["services.csv"] + services})
    layer = (
        f"  - name: '{HOSTILE} %s'\n    posts: {{total: 1}}\n"
        "    plan: [{employer: ki, fte: 1, municipalities: ['05999004', Bestadt, Cehausen, Dekirchen]}]\n"
    )
    head = "name: Probe\ncounty: county\nkey: {population: 1}\nlayers:\n"
    (tmp_path / "probe.yaml").write_text(head + "".join(layer % i for i in range(4)), "utf-8")
    logo = io.BytesIO()
    Image.new("RGB", (400, 200), "navy").save(logo, "JPEG")
    content = paper([answered(tmp_path / "probe.yaml")], "de", day=DAY)
    sheet = next(sheets(content, Style(logo.getvalue(), "#ffee00")))
    maps = list(drawn(content, sheet))
    reader, text = read(pdf(sheet, maps))
    assert len(reader.pages) == 1
    assert pdf(sheet, maps) == pdf(sheet, maps)
    assert "#strong[x] *y* $z$ `w` <b>" in text
    assert "und 5 weitere" not in text
    assert "5 weitere" in text
    document: WordDocument = Document(io.BytesIO(word(sheet, maps)))
    assert "#strong[x] *y* $z$ `w` <b>" in words(document)
    described = [one.get("descr") for one in document.element.iter(qn("wp:docPr"))]
    assert described == ["", *(one.alt for one in sheet.maps)]


def test_a_county_of_many_municipalities(tmp_path: Path) -> None:
    towns = [town.ags for town in load_county(COUNTIES / "05566-steinfurt").municipalities]
    rows = f"{{employer: ki, fte: 9, municipalities: {towns}}}"
    (tmp_path / "s.yaml").write_text(
        f"name: Probe\ncounty: 05566-steinfurt\nlayers: [{{posts: {{total: 9}}, plan: [{rows}]}}]\n", "utf-8"
    )
    content = paper([answered(tmp_path / "s.yaml")], "de", day=DAY)
    sheet = next(sheets(content, Style()))
    reader, text = read(pdf(sheet, list(drawn(content, sheet))))
    assert len(reader.pages) == 1
    assert all(content.county.name_of(ags) in text for ags in towns)


def test_nobody_has_a_page_where_there_is_no_plan(tmp_path: Path) -> None:
    write_county(tmp_path, county_texts(columns=4))
    layer = "{posts: {total: 2}, districts: {minimum: 2, minimum_persons: 9}}"
    (tmp_path / "s.yaml").write_text(f"name: P\ncounty: county\nkey: {{population: 1}}\nlayers: [{layer}]\n", "utf-8")
    answer = answered(tmp_path / "s.yaml")
    assert papers([answer], "de", day=DAY, formats=[Format.MUNICIPALITIES]) == {}


def test_without_posts_there_is_a_page_too() -> None:
    content = paper([shipped("nichts")], "en", day=DAY)
    sheet = next(sheets(content, Style()))
    reader, text = read(pdf(sheet, list(drawn(content, sheet))))
    assert len(reader.pages) == 1
    assert "Without posts nobody comes to Ascheberg" in text
