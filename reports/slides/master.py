"""An empty presentation in 16:9 with the county's colour and logo: master, layouts, theme, language."""

from __future__ import annotations

import io
from datetime import date, datetime, time
from xml.sax.saxutils import quoteattr

from lxml import etree
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.opc.constants import RELATIONSHIP_TYPE as RELATION
from pptx.oxml.ns import qn
from pptx.presentation import Presentation as Deck
from pptx.shapes.base import BaseShape
from pptx.slide import SlideLayout, SlideMaster
from pptx.util import Length, Pt

from reports.slides.text import FONT
from reports.style import Style
from translation import Language, Message, msg, translate

WIDE, HIGH = 960, 540
"""A slide in points."""
MARGIN = 40
REGIONS = {"de": "de-DE", "en": "en-GB"}
TITLE_SLIDE, TITLE_AND_TEXT, TITLE_ONLY = "Title Slide", "Title and Content", "Title Only"
INK = RGBColor(0x1B, 0x1F, 0x24)

Box = tuple[float, float, float, float]
"""Left, top, width, height in points."""
TITLE: Box = (MARGIN, 22, WIDE - 2 * MARGIN, 66)
BESIDE_LOGO: Box = (MARGIN, 22, WIDE - 2 * MARGIN - 150, 66)
BODY: Box = (MARGIN, 100, WIDE - 2 * MARGIN, 396)
_FOOTER: Box = (MARGIN, 506, 760, 22)
_NUMBER: Box = (WIDE - MARGIN - 100, 506, 100, 22)
_DATE: Box = (WIDE - MARGIN - 220, 506, 120, 22)
_FIRST_TITLE: Box = (80, 150, WIDE - 160, 120)
_SUBTITLE: Box = (80, 286, WIDE - 160, 140)
_BAR = 10
_LOGO: Box = (WIDE - MARGIN - 130, 22, 130, 52)
#: Beside the accent: as dark as text on white must be, and told apart by colour-blind eyes.
_SERIES = ("8A4B08", "5B646E", "00695C", "6A3D9A", "7A1F3D")
_LAYOUTS = {
    TITLE_SLIDE: msg("Title slide"),
    TITLE_AND_TEXT: msg("Title and text"),
    TITLE_ONLY: msg("Title only"),
}


def empty_deck(language: Language, title: str, author: str, day: date, style: Style) -> Deck:
    """A presentation without slides; ``title``, ``author`` and ``day`` are its properties."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = _points(WIDE), _points(HIGH)
    _leave_out(deck)
    master = deck.slide_master
    _theme(master, style)
    for layout in list(deck.slide_layouts):
        if layout.name not in _LAYOUTS:
            deck.slide_layouts.remove(layout)
    title_box = title_box_of(style)
    _place(master, title_box, BODY)
    for layout in deck.slide_layouts:
        first = layout.name == TITLE_SLIDE
        _place(layout, _FIRST_TITLE if first else title_box, _SUBTITLE if first else BODY)
        name = translate(_LAYOUTS[layout.name], language)
        layout._element.cSld.set("name", name)
    _prompts(deck, language)
    _texts(deck)
    _ornaments(master, style, translate(msg("Logo"), language))
    properties = deck.core_properties
    written = datetime.combine(day, time())
    properties.title, properties.author, properties.last_modified_by = title, author, "KIM-Planer"
    properties.created = properties.modified = written
    properties.language, properties.revision = REGIONS[language], 1
    return deck


def title_box_of(style: Style) -> Box:
    """Where titles stand; a logo has its room beside them."""
    return TITLE if style.logo is None else BESIDE_LOGO


def layout_of(deck: Deck, name: str, language: Language) -> SlideLayout:
    """The layout of that kind."""
    known = translate(_LAYOUTS[name], language)
    return next(layout for layout in deck.slide_layouts if layout.name == known)


def place(shape: BaseShape, box: Box) -> None:
    """Puts a shape into a box."""
    shape.left, shape.top, shape.width, shape.height = (_points(length) for length in box)


def set_language(element: etree._Element, language: Language) -> None:
    """Tells every text below ``element`` its language."""
    for tag in ("a:rPr", "a:endParaRPr", "a:defRPr"):
        for found in element.iter(qn(tag)):
            found.set("lang", REGIONS[language])


def settle_notes(deck: Deck, language: Language) -> None:
    """The master of the notes in the deck's font and language, without the date of the library's template."""
    master = deck.notes_master
    part = master.part.part_related_by(RELATION.THEME)
    _set_fonts(part._element)
    for shape in list(master.placeholders):
        if shape.placeholder_format.type is PP_PLACEHOLDER.DATE:
            shape._element.getparent().remove(shape._element)
        elif shape.placeholder_format.type is PP_PLACEHOLDER.BODY:
            for run in (run for paragraph in shape.text_frame.paragraphs for run in paragraph.runs):
                run.text = translate(msg("Text"), language)
    set_language(master._element, language)


def _set_fonts(theme: etree._Element) -> None:
    for tag in ("a:majorFont", "a:minorFont"):
        for font in theme.iter(qn(tag)):
            font.find(qn("a:latin")).set("typeface", FONT)


def _points(length: float) -> Length:
    return Pt(round(length, 2))


def _leave_out(deck: Deck) -> None:
    """Removes what the library's template brings of its own maker: a picture of itself, settings of a printer."""
    for part in (deck.part.package, deck.part):
        relations = part._rels
        for key in [key for key, one in relations.items() if one.reltype.endswith(("/thumbnail", "/printerSettings"))]:
            relations.pop(key)


def _theme(master: SlideMaster, style: Style) -> None:
    part = master.part.part_related_by(RELATION.THEME)
    root = etree.fromstring(part.blob)
    names = {"a": "http://schemas.openxmlformats.org/drawingml/2006/main"}
    root.set("name", "KIM-Planer")
    _set_fonts(root)
    for position, colour in enumerate((style.strong.removeprefix("#"), *_SERIES), start=1):
        (accent,) = root.xpath(f".//a:accent{position}/a:srgbClr", namespaces=names)
        accent.set("val", colour.upper())
    (dark,) = root.xpath(".//a:dk2/a:srgbClr", namespaces=names)
    dark.set("val", style.strong.removeprefix("#").upper())
    part._blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _place(holder: SlideMaster | SlideLayout, title: Box, body: Box) -> None:
    boxes = {
        PP_PLACEHOLDER.TITLE: title,
        PP_PLACEHOLDER.CENTER_TITLE: title,
        PP_PLACEHOLDER.SUBTITLE: body,
        PP_PLACEHOLDER.BODY: body,
        PP_PLACEHOLDER.OBJECT: body,
        PP_PLACEHOLDER.FOOTER: _FOOTER,
        PP_PLACEHOLDER.DATE: _DATE,
        PP_PLACEHOLDER.SLIDE_NUMBER: _NUMBER,
    }
    for shape in list(holder.placeholders):
        if shape.placeholder_format.type is PP_PLACEHOLDER.DATE and isinstance(holder, SlideLayout):
            # The date stands in the footer, as one that does not change when the slides are opened.
            shape._element.getparent().remove(shape._element)
            continue
        place(shape, boxes[shape.placeholder_format.type])


def _prompts(deck: Deck, language: Language) -> None:
    """The texts of master and layouts, which show in an empty placeholder."""
    words: dict[bool, Message] = {True: msg("Title"), False: msg("Text")}
    titles = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)
    kept = (PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER)
    for holder in (deck.slide_master, *deck.slide_layouts):
        for shape in holder.placeholders:
            kind = shape.placeholder_format.type
            if kind not in kept:
                for run in (run for paragraph in shape.text_frame.paragraphs for run in paragraph.runs):
                    run.text = translate(words[kind in titles], language)
        set_language(holder._element, language)
    set_language(deck.element, language)


def _texts(deck: Deck) -> None:
    """Everything on the left, titles in bold, and footers as dark as they must be to be read."""
    master = deck.slide_master
    styles = master._element.find(qn("p:txStyles"))
    first = styles.find(qn("p:titleStyle")).find(qn("a:lvl1pPr"))
    first.set("algn", "l")
    first.find(qn("a:defRPr")).set("b", "1")
    for holder in (master, *deck.slide_layouts):
        for shape in holder.placeholders:
            kind = shape.placeholder_format.type
            for level in shape._element.txBody.iter(qn("a:lvl1pPr")):
                if kind in (PP_PLACEHOLDER.SUBTITLE, PP_PLACEHOLDER.FOOTER):
                    level.set("algn", "l")
            for tint in list(shape._element.iter(qn("a:tint"))):
                tint.getparent().remove(tint)


def _ornaments(master: SlideMaster, style: Style, name: str) -> None:
    """The county's colour and logo, below everything else."""
    tree = master._element.cSld.spTree
    bar = _BAR_XML.format(names=_NAMES, frame=_frame((0, 0, WIDE, _BAR)), colour=style.accent.removeprefix("#"))
    tree.insert(2, etree.fromstring(bar))
    if style.logo is None:
        return
    image, relation = master.part.get_or_add_image_part(io.BytesIO(style.logo))
    wide, high = image.image.size
    left, top, most_wide, most_high = _LOGO
    scale = min(most_wide / wide, most_high / high)
    width, height = wide * scale, high * scale
    frame = _frame((left + most_wide - width, top + (most_high - height) / 2, width, height))
    logo = _LOGO_XML.format(names=_NAMES, frame=frame, relation=relation, name=quoteattr(name))
    tree.insert(3, etree.fromstring(logo))


def _frame(box: Box) -> str:
    left, top, width, height = (int(_points(length)) for length in box)
    return f'<a:xfrm><a:off x="{left}" y="{top}"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'


_NAMES = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_BAR_XML = (
    '<p:sp {names}><p:nvSpPr><p:cNvPr id="101" name="Accent"/><p:cNvSpPr/><p:nvPr userDrawn="1"/></p:nvSpPr>'
    '<p:spPr>{frame}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
    '<a:solidFill><a:srgbClr val="{colour}"/></a:solidFill><a:ln><a:noFill/></a:ln></p:spPr></p:sp>'
)
_LOGO_XML = (
    '<p:pic {names}><p:nvPicPr><p:cNvPr id="102" name={name} descr={name}/>'
    '<p:cNvPicPr><a:picLocks noChangeAspect="1"/></p:cNvPicPr><p:nvPr userDrawn="1"/></p:nvPicPr>'
    '<p:blipFill><a:blip r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch></p:blipFill>'
    '<p:spPr>{frame}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr></p:pic>'
)
