"""The slides of a scenario: map with legend, table of its districts, what is known of it, for and against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pptx.slide import Slide

from maps.colours import PALETTE, by_number
from maps.screen import attribution
from reports.paper import MapText, Part
from reports.slides.deck import INSET, TEXT_SIZES
from reports.slides.master import BODY, Box
from reports.slides.pen import GAP, SMALL_SIZES, Pen
from reports.slides.table import LaidTable, laid_out
from reports.slides.text import Paragraph, height
from translation import Message, msg
from wording.key_figures import KeyFigure
from wording.plan_tables import decided_table, key_figures_table
from wording.yardstick import has_yardstick

_LEFT, _TOP, _WIDE, _HIGH = BODY
_LEGEND = 28.0
_MAP: Box = (_LEFT, _TOP, 390, _HIGH - _LEGEND)
_BESIDE = (_LEFT + _MAP[2] + 16, _WIDE - _MAP[2] - 16)
"""Left and width of what stands beside the map."""
_LARGER = 2.02
"""So many times larger than drawn is a map on its slide: the names on it are then as large as other texts."""
MAP_MM = (_MAP[2] * 25.4 / 72 / _LARGER, _MAP[3] * 25.4 / 72 / _LARGER)
"""Width and height in mm for which maps are drawn."""
_FIGURES, _MORE = 3, 5
_MOST_ABOVE = 0.26 * _HIGH
_SIZES = (15.0, 14.0, 13.0, 12.0)
_ARGUMENT_SIZES = (18.0, 16.0, 15.0, 14.0, 13.0, 12.0)


class ModelSlides:
    """Writes the slides of scenarios. ``pictures`` are the maps as PNG, drawn for :data:`MAP_MM`."""

    def __init__(self, pen: Pen, pictures: Mapping[MapText, bytes]) -> None:
        self._pen, self._pictures = pen, pictures

    def plan(self, part: Part, known: Message) -> None:
        """Map and table of each layer, with what is ``known`` of the plan; without a plan why there is none."""
        if part.planned is None:
            texts = [Paragraph(self._pen.say(part.proof), bold=True)]
            texts += [Paragraph(self._pen.say(reason), bullet=True) for reason in part.reasons]
            self._pen.text_slides(part.title, texts, TEXT_SIZES, _described(part))
            return
        if not part.planned.maps:
            figures = replace(key_figures_table(part.planned.figures), title=part.title)
            self._pen.table_slides(figures, [known, part.proof], [*_described(part), *part.planned.existing])
        for text in part.planned.maps:
            self._layer(part, text, known)

    def arguments(self, part: Part) -> None:
        """What speaks for and against a scenario beside the proposed one, side by side where there is room."""
        found, pen = part.arguments, self._pen
        if not (found.better or found.worse or found.other):
            return
        nothing = (msg("Nothing in the figures."),)
        told = {
            msg("This speaks for it"): found.better or nothing,
            msg("This speaks against it"): found.worse or nothing,
            msg("This is otherwise"): found.other,
        }
        lists = {
            title: [Paragraph(pen.say(title), bold=True), *(Paragraph(pen.say(text), bullet=True) for text in texts)]
            for title, texts in told.items()
            if texts
        }
        title = msg("{scenario}: for and against", scenario=part.title)
        half = (_WIDE - 2 * GAP) / 2
        for size in _ARGUMENT_SIZES:
            left, right, *below = (_room(texts, half, size) for texts in lists.values())
            if max(left, right) <= _HIGH and min(left, right) + sum(below) <= _HIGH:
                break
        else:
            for heading, texts in lists.items():
                alone = msg("{scenario}: {heading}", scenario=part.title, heading=heading)
                pen.text_slides(alone, texts[1:], TEXT_SIZES)
            return
        slide = pen.slide(title, [text.text for texts in lists.values() for text in texts])
        beside = _LEFT + half + 2 * GAP
        boxes = [(_LEFT, _TOP, half, left), (beside, _TOP, half, right)]
        # What is otherwise stands in the column with more room.
        boxes += [(_LEFT if left <= right else beside, _TOP + min(left, right), half, high) for high in below]
        for (heading, texts), box in zip(lists.items(), boxes, strict=True):
            pen.deck.text(slide, pen.say(heading), texts, box, (size,))

    def _layer(self, part: Part, text: MapText, known: Message) -> None:
        planned = part.planned
        assert planned is not None
        layer, county = planned.plan.layers[text.layer], part.loaded.county
        several = len(planned.maps) > 1
        title = msg("{scenario}: {layer}", scenario=part.title, layer=layer.layer.name) if several else part.title
        colours = by_number(county, layer, PALETTE)
        table = decided_table(layer, county)
        texts = self._pen.texts(table, [colours[identity.number] for identity, _ in layer.numbered])
        about = self._about(planned.figures[:_FIGURES], known)
        left, wide = _BESIDE
        upper, size = _fitted(about, wide, _MOST_ABOVE)
        laid = laid_out(texts, wide, _HIGH - upper - GAP)
        beside = len(laid) == 1
        rest: list[LaidTable] = []
        if not beside:
            # Then the table has slides of its own, and there is room for more figures.
            rest, about = laid_out(texts, _WIDE, _HIGH), self._about(planned.figures[:_MORE], known)
            upper, size = _fitted(about, wide, _HIGH)
        notes = [*_described(part), *(one.text for one in about), *text.shows, part.proof, *planned.existing]
        notes.append(msg("Sources: {sources}", sources=attribution(county)))
        slide = self._pen.slide(title, notes, 1, 1 + len(rest))
        self._map(slide, text, has_yardstick(planned.plan))
        self._pen.deck.text(slide, self._pen.say(msg("Key figures")), about, (left, _TOP, wide, upper), (size,))
        low = _TOP + upper + GAP
        if beside:
            self._pen.place(slide, table.title, laid[0], (left, low))
            low += laid[0].height + GAP
        self._proof(slide, part, (left, low, wide, _TOP + _HIGH - low))
        for page, found in enumerate(rest, start=2):
            slide = self._pen.slide(title, text.shows, page, 1 + len(rest))
            self._pen.place(slide, table.title, found, (_LEFT, _TOP))

    def _about(self, figures: Sequence[KeyFigure], known: Message) -> list[Paragraph]:
        return [
            Paragraph(self._pen.say(known), bold=True),
            *(Paragraph(self._pen.say(_figure_said(figure)), bullet=True) for figure in figures),
        ]

    def _map(self, slide: Slide, text: MapText, covered: bool) -> None:
        """The map, with what its signs mean below it; its colours are those of the table."""
        pen, (left, top, wide, high) = self._pen, _MAP
        described = " ".join(pen.say(sentence) for sentence in text.shows)
        pen.deck.picture(slide, pen.say(text.title), self._pictures[text], _MAP, described)
        signs = msg("Number and colour: district · house: hub · dot: town hall")
        if covered:
            signs = msg("Number and colour: district · house: hub · per cent: coverage")
        legend = [Paragraph(pen.say(signs))]
        pen.deck.text(slide, pen.say(msg("Legend")), legend, (left, top + high, wide, _LEGEND), SMALL_SIZES[-1:])

    def _proof(self, slide: Slide, part: Part, box: Box) -> None:
        """What is proven, where there is room; the notes have it in any case."""
        proof = [Paragraph(self._pen.say(part.proof))]
        if _room(proof, box[2], SMALL_SIZES[-1]) <= box[3]:
            self._pen.deck.text(slide, self._pen.say(msg("Proof")), proof, box, SMALL_SIZES)


def _described(part: Part) -> list[str]:
    """What the scenario stands for, in the words of its file."""
    return [line.strip() for line in part.description.split("\n") if line.strip()]


def _figure_said(figure: KeyFigure) -> Message:
    text = msg("{figure}: {value}", figure=figure.label, value=figure.value)
    return text if figure.where is None else msg("{text} ({where})", text=text, where=figure.where)


def _room(texts: Sequence[Paragraph], wide: float, size: float) -> float:
    """The height of a box of that width for ``texts``."""
    return height(texts, wide - 2 * INSET, size) + 2 * INSET + 1


def _fitted(texts: Sequence[Paragraph], wide: float, most: float) -> tuple[float, float]:
    """The height of a box for ``texts``, and the size of type at which it is no higher than ``most``."""
    size = next((one for one in _SIZES if _room(texts, wide, one) <= most), _SIZES[-1])
    return _room(texts, wide, size), size
