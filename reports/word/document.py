"""A document for Word (.docx) from blocks: headings, lists, tables with head rows, pictures that are described.

The looks are those of styles, so that a county's own template (``vorlage.docx`` in the data directory) sets them: its
pages, head and foot, letterhead and fonts stay, what it contains comes first.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_COLOR_INDEX
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from files.archive import settled
from reports.report.report import Block
from reports.style import Style

_REGIONS = {"de": "de-DE", "en": "en-GB"}
LINE_MM, COLUMN_GAP_MM = 165.0, 7.0
"""The width of the text, and between two columns."""
COLUMNS_APART = 7.0
"""Room above columns, in points."""
_FONT = "Arial"
_SMALL, _TABLE, _WIDE = 9.0, 8.0, 6.5
#: Tables of so many rows stay on one page.
_WHOLE = 16
#: In twentieths of a point.
_CELL_MARGIN = 40
_INK, _RULE = "000000", "9a9a9a"
_HYPHEN = "\u00ad"
#: Signs that XML has no place for.
_UNPRINTED = {code: None for code in range(32) if chr(code) not in "\n\t"} | {0xFFFE: None, 0xFFFF: None}

Picture = Callable[[str, float], bytes]
"""Makes a PNG of an SVG text, for a width in mm."""


@dataclass(frozen=True, slots=True)
class Looks:
    """Of a style: type, room above and below a paragraph, in points."""

    size: float
    above: float
    below: float


NARROW: Mapping[str, Looks] = {
    "Normal": Looks(9.5, 0.0, 2.5),
    "Title": Looks(24.0, 0.0, 2.0),
    "Heading 1": Looks(11.0, 6.0, 1.5),
    "Caption": Looks(8.5, 1.0, 3.0),
}
"""The styles of a paper that is to be one page (:meth:`WordPaper.narrow`)."""
FIGURE_SIZES = (8.5, 18.0, 8.0)
"""The type of a figure that is seen first: what it is, the figure, what it is to be read beside; in points."""


class WordPaper:
    """One document. ``picture`` draws maps and charts."""

    def __init__(self, language: str, style: Style, template: bytes | None, picture: Picture) -> None:
        self._own = template is not None
        self._word: WordDocument = Document(None if template is None else io.BytesIO(template))
        self._picture, self._language = picture, _REGIONS[language]
        self._set_language()
        if not self._own:
            self._set_page()
            self._set_styles(RGBColor.from_string(style.strong.removeprefix("#")))
        self._pictures = 0

    # -- the whole ----------------------------------------------------------------------------------------------------

    def narrow(self, scale: float) -> None:
        """Sets what fits on one page: type ``scale`` times as large, narrow margins, little between headings."""
        styles, section = self._word.styles, self._word.sections[0]
        section.top_margin = section.bottom_margin = Mm(12)
        section.footer.is_linked_to_previous = True
        for name, looks in NARROW.items():
            styles[name].font.size = Pt(looks.size * scale)
            form = styles[name].paragraph_format
            form.space_before, form.space_after = Pt(looks.above * scale), Pt(looks.below * scale)
            form.line_spacing = 1.0

    def content(self, title: str, author: str, day: date) -> bytes:
        """The file; the same blocks and day give the same bytes."""
        about = self._word.core_properties
        about.title, about.author, about.language = _clean(title), _clean(author), self._language
        about.last_modified_by, about.comments, about.revision = "", "", 1
        about.created = about.modified = datetime.combine(day, time(), UTC).replace(tzinfo=None)
        written = io.BytesIO()
        self._word.save(written)
        return settled(written.getvalue(), day)

    def logo(self, picture: bytes) -> None:
        """A logo above everything, which says nothing that the text does not."""
        line = self._word.add_paragraph()
        line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        line.add_run().add_picture(io.BytesIO(picture), height=Mm(16))
        self._describe(line, "")

    def title(self, text: str, facts: Sequence[tuple[str, str]], missing: str) -> None:
        """The title and a table of facts below it: what each is, and how it is, or that this is ``missing``."""
        self._word.add_paragraph(_clean(text), style="Title")
        table = self._word.add_table(rows=0, cols=2)
        table.autofit = False
        table.columns[0].width, table.columns[1].width = Mm(45), Mm(LINE_MM - 45)
        for name, value in facts:
            cells = table.add_row().cells
            cells[0].paragraphs[0].add_run(_clean(name)).bold = True
            run = cells[1].paragraphs[0].add_run(_clean(value or missing))
            if not value:
                run.font.highlight_color = WD_COLOR_INDEX.YELLOW
            cells[0].width, cells[1].width = Mm(45), Mm(LINE_MM - 45)
        self._rule(table, head=False)

    def add(self, blocks: Sequence[Block]) -> None:
        """Writes blocks, one after the other."""
        writers: Mapping[str, Callable[[Block], None]] = {
            "heading": self._heading,
            "text": self._text,
            "list": self._list,
            "lists": self._lists,
            "numbers": self._numbers,
            "terms": self._terms,
            "title": self._title,
            "figures": self._figures,
            "columns": self._columns,
            "map": self._figure,
            "chart": self._figure,
            "table": self._table,
            "open": self._open,
            "page": lambda _: None,
        }
        for block in blocks:
            writers[block["kind"]](block)

    # -- blocks -------------------------------------------------------------------------------------------------------

    def _heading(self, block: Block) -> None:
        line = self._word.add_heading("", level=min(block["level"], 9))
        if block.get("next_column", False):
            line.add_run().add_break(WD_BREAK.COLUMN)
        line.add_run(_clean(block["text"]))

    def _text(self, block: Block) -> None:
        run = self._word.add_paragraph().add_run(_clean(block["text"]))
        run.bold = block["strong"] or None
        if block["small"]:
            run.font.size = Pt(_SMALL)
        if "size" in block:
            run.font.size = Pt(block["size"])

    def _title(self, block: Block) -> None:
        self._word.add_paragraph(_clean(block["text"]), style="Title")

    def _figures(self, block: Block) -> None:
        """Figures that are seen first, side by side: a head row of what they are, the figures, what is beside them."""
        items, rows = block["items"], ("label", "value", "beside")
        table = self._word.add_table(rows=len(rows), cols=len(items))
        table.alignment, table.autofit = WD_TABLE_ALIGNMENT.LEFT, False
        for at, item in enumerate(items):
            table.columns[at].width = Mm(LINE_MM / len(items))
            for row, (name, size) in enumerate(zip(rows, FIGURE_SIZES, strict=True)):
                cell = table.cell(row, at)
                cell.width = Mm(LINE_MM / len(items))
                _write(cell, [item[name]], size * block["scale"], right=False, bold=name != "beside")
        _repeat_head(table, whole=True)
        self._rule(table)

    def _columns(self, block: Block) -> None:
        """What follows stands in so many columns, from here on down the page."""
        section = self._word.add_section(WD_SECTION.CONTINUOUS)
        columns = section._sectPr.find(qn("w:cols"))
        columns.set(qn("w:num"), str(block["count"]))
        columns.set(qn("w:space"), str(round(COLUMN_GAP_MM / 25.4 * 1440)))
        # The paragraph that the section before ends with.
        form = self._word.paragraphs[-1].paragraph_format
        form.space_after, form.line_spacing = Pt(0), Pt(COLUMNS_APART)

    def _open(self, block: Block) -> None:
        self._word.add_paragraph().add_run(_clean(block["text"])).font.highlight_color = WD_COLOR_INDEX.YELLOW

    def _list(self, block: Block) -> None:
        for item in block["items"]:
            run = self._word.add_paragraph(style=self._known("List Bullet")).add_run(_clean(item))
            if block["small"]:
                run.font.size = Pt(_SMALL)

    def _numbers(self, block: Block) -> None:
        for item in block["items"]:
            self._word.add_paragraph(_clean(item), style=self._known("List Number"))

    def _lists(self, block: Block) -> None:
        for one in block["lists"]:
            head = self._word.add_paragraph()
            head.add_run(_clean(one["title"])).bold = True
            head.paragraph_format.keep_with_next = True
            self._list({"items": one["items"], "small": False})

    def _terms(self, block: Block) -> None:
        for item in block["items"]:
            line = self._word.add_paragraph()
            line.add_run(_clean(f"{item['term']}: ")).bold = True
            line.add_run(_clean(item["text"]))

    def _figure(self, block: Block) -> None:
        line, wide = self._word.add_paragraph(), block.get("width", LINE_MM)
        line.paragraph_format.keep_with_next = True
        line.add_run().add_picture(io.BytesIO(self._picture(block["svg"], wide)), width=Mm(wide))
        self._describe(line, block["alt"])
        self._word.add_paragraph(_clean(block["title"]), style=self._known("Caption"))

    def _table(self, block: Block) -> None:
        caption = self._word.add_paragraph(_clean(block["title"]), style=self._known("Caption"))
        caption.paragraph_format.keep_with_next = True
        columns, rows = block["columns"], block["rows"]
        table = self._word.add_table(rows=1 + len(rows), cols=len(columns))
        table.alignment, table.autofit = WD_TABLE_ALIGNMENT.LEFT, False
        share = LINE_MM / sum(column["width"] for column in columns)
        size = _WIDE if block["wide"] else _TABLE
        for at, column in enumerate(columns):
            cells = table.columns[at].cells
            right = column["figures"]
            _write(cells[0], [column["heading"]], size, right=right, bold=True)
            for cell, row in zip(cells[1:], rows, strict=True):
                _write(cell, row["cells"][at], size, right=right, bold=row["weight"] != "plain")
            # Word reads the cells, LibreOffice the column.
            table.columns[at].width = Mm(column["width"] * share)
            for cell in cells:
                cell.width = Mm(column["width"] * share)
        _repeat_head(table, whole=block["whole"] and len(rows) <= _WHOLE)
        self._rule(table)
        for note in block["notes"]:
            run = self._word.add_paragraph().add_run(_clean(note))
            run.font.size = Pt(_TABLE)
        if not block["notes"]:
            self._word.add_paragraph().paragraph_format.space_after = Pt(2)

    # -- looks --------------------------------------------------------------------------------------------------------

    def _known(self, name: str) -> str | None:
        """A style that the template may lack: then the text has the usual one."""
        return name if any(style.name == name for style in self._word.styles) else None

    def _set_language(self) -> None:
        defaults = self._word.styles.element.find(qn("w:docDefaults"))
        holder = self._word.styles["Normal"].element.get_or_add_rPr() if defaults is None else None
        if holder is None:
            run = defaults.find(qn("w:rPrDefault"))
            holder = run.find(qn("w:rPr"))
        for known in holder.findall(qn("w:lang")):
            holder.remove(known)
        language = OxmlElement("w:lang")
        language.set(qn("w:val"), self._language)
        holder.append(language)

    def _set_page(self) -> None:
        section = self._word.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin, section.right_margin = Mm(25), Mm(20)
        section.top_margin, section.bottom_margin = Mm(20), Mm(20)
        foot = section.footer.paragraphs[0]
        foot.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        _page_number(foot)

    def _set_styles(self, accent: RGBColor) -> None:
        styles = self._word.styles
        for name, size in (("Normal", 10.5), ("Title", 18.0), ("Heading 1", 15.0), ("Heading 2", 12.5),
                           ("Heading 3", 11.0), ("Heading 4", 10.5), ("Caption", 9.5)):  # fmt: skip
            style = styles[name]
            assert style.type == WD_STYLE_TYPE.PARAGRAPH
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for kind in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
                fonts.set(qn(kind), _FONT)
            for kind in ("w:asciiTheme", "w:hAnsiTheme", "w:cstheme", "w:eastAsiaTheme"):
                fonts.attrib.pop(qn(kind), None)
            style.font.size = Pt(size)
            style.font.italic = False
            if name != "Normal":
                style.font.bold = True
                style.font.color.rgb = accent if name.startswith("Heading") else RGBColor.from_string(_INK)
        normal = styles["Normal"].paragraph_format
        normal.space_after, normal.line_spacing = Pt(6), 1.1
        border = styles["Title"].element.get_or_add_pPr().find(qn("w:pBdr"))
        if border is not None:
            styles["Title"].element.pPr.remove(border)

    def _rule(self, table: Table, *, head: bool = True) -> None:
        """Thin lines between rows, a strong one above, below, and under the head."""
        borders = OxmlElement("w:tblBorders")
        for side, colour, size in (("top", _INK, 8), ("bottom", _INK, 8), ("insideH", _RULE, 4)):
            line = OxmlElement(f"w:{side}")
            for name, value in (("val", "single"), ("sz", str(size)), ("space", "0"), ("color", colour)):
                line.set(qn(f"w:{name}"), value)
            borders.append(line)
        table._tbl.tblPr.append(borders)
        # Widths are measured for columns that stand closer than Word's.
        margins = OxmlElement("w:tblCellMar")
        for side in ("left", "right"):
            margin = OxmlElement(f"w:{side}")
            margin.set(qn("w:w"), str(_CELL_MARGIN))
            margin.set(qn("w:type"), "dxa")
            margins.append(margin)
        table._tbl.tblPr.append(margins)
        if not head:
            return
        for cell in table.rows[0].cells:
            sides = OxmlElement("w:tcBorders")
            line = OxmlElement("w:bottom")
            for name, value in (("val", "single"), ("sz", "8"), ("space", "0"), ("color", _INK)):
                line.set(qn(f"w:{name}"), value)
            sides.append(line)
            cell._tc.get_or_add_tcPr().append(sides)

    def _describe(self, line: Paragraph, text: str) -> None:
        """What a picture shows, for who does not see it; empty for one that only adorns."""
        self._pictures += 1
        for drawn in line._p.iter(qn("wp:docPr")):
            drawn.set("id", str(self._pictures))
            drawn.set("name", f"{self._pictures}")
            drawn.set("descr", _clean(text))
        # Where nothing is said of the room around a picture, LibreOffice leaves some.
        for inline in line._p.iter(qn("wp:inline")):
            for side in "TBLR":
                inline.set(f"dist{side}", "0")


def _write(cell: _Cell, lines: Sequence[str], size: float, *, right: bool, bold: bool) -> None:
    """The lines of a cell, in one paragraph."""
    line = cell.paragraphs[0]
    line.paragraph_format.space_after = Pt(0)
    line.paragraph_format.line_spacing = 1.0
    line.alignment = WD_ALIGN_PARAGRAPH.RIGHT if right else WD_ALIGN_PARAGRAPH.LEFT
    for position, text in enumerate(lines):
        run = line.add_run()
        if position:
            run.add_break()
        run.add_text(_clean(text))
        run.font.size, run.bold = Pt(size), bold or None


def _repeat_head(table: Table, *, whole: bool) -> None:
    """The head is that of every page that the table goes on to; no row is torn. A ``whole`` table stays on a page."""
    for position, row in enumerate(table.rows):
        for cell in row.cells:
            cell.paragraphs[0].paragraph_format.keep_with_next = whole and position + 1 < len(table.rows)
        settings = row._tr.get_or_add_trPr()
        settings.append(OxmlElement("w:cantSplit"))
        if position == 0:
            settings.append(OxmlElement("w:tblHeader"))


def _page_number(line: Paragraph) -> None:
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        run = line.add_run()
        if kind is None:
            field: Any = OxmlElement("w:instrText")
            field.text = text
        else:
            field = OxmlElement("w:fldChar")
            field.set(qn("w:fldCharType"), kind)
        run._r.append(field)


def _clean(text: str) -> str:
    """Without hyphens that only a layout of ours breaks words at, and without signs that XML cannot hold."""
    return text.replace(_HYPHEN, "").translate(_UNPRINTED)
