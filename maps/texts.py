"""The texts on a map as HTML: labels, tooltips, legend. Names come from files, so all of it is escaped."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from geodata.county import County, Service
from geodata.labels import drive_time
from maps.colours import PALETTE, MapColour, MapFigure, Numbered, by_number, identity_text
from optimizer.plan import LayerPlan, Plan
from optimizer.problem import Ags
from translation import Language, Message, listing, msg, msgs, number, percent, translate

_HOUSE = '<svg viewBox="0 0 12 12" aria-hidden="true"><path d="M6 0 0 6h2v6h3V8h2v4h3V6h2z"/></svg>'


@dataclass(frozen=True, slots=True)
class Mark:
    """A symbol in the label of a municipality, and what it means as a line of the tooltip.

    ``hatched``: its area is hatched instead, and the legend says what that means.
    """

    symbol: str
    meaning: Message
    hatched: bool = False


def escaped(text: str) -> str:
    """``text`` as HTML that shows just that, also inside a JavaScript template, where ``${…}`` would be run."""
    result = html.escape(text)
    for character in "\\`${}":
        result = result.replace(character, f"&#{ord(character)};")
    return result


@dataclass(frozen=True)
class MapTexts:
    """Writes on the map of a plan's layer, coloured by ``figure`` or, where that is ``None``, by district."""

    county: County
    plan: Plan
    layer: LayerPlan
    language: Language
    colour: MapColour
    figure: MapFigure | None
    marks: Mapping[Ags, Mark] = field(default_factory=dict)

    def say(self, value: object) -> str:
        """A message or figure in the reader's language, as text."""
        return translate(value, self.language)

    def said(self, value: object) -> str:
        """The same as HTML."""
        return escaped(self.say(value))

    def label(self, ags: Ags, served: Sequence[Numbered], hubs: Mapping[Ags, Sequence[int]]) -> str:
        """Number, hub, mark, name and figure."""
        own = [identity.number for identity, _ in served]
        text = f'<span class="kim-number">{" · ".join(map(str, own)) or "–"}</span>'
        if ags in hubs:
            others = "" if list(hubs[ags]) == own else " " + " · ".join(map(str, hubs[ags]))
            text += f'<span class="kim-hub">{_HOUSE}{others}</span>'
        if ags in self.marks and not self.marks[ags].hatched:
            text += f'<span class="kim-mark">{escaped(self.marks[ags].symbol)}</span>'
        value = self._value(ags)
        figure = "" if value is None else f"<small>{self.said(value)}</small>"
        return f'<div>{text}<span class="kim-name">{escaped(self.county.name_of(ags))}{figure}</span></div>'

    def _value(self, ags: Ags) -> object | None:
        if self.figure is None:
            coverage = self.plan.municipalities[ags].coverage
            return None if coverage is None else percent(coverage)
        value = self.figure.values[ags]
        return None if value is None else self.figure.written(value)

    def lines(self, ags: Ags, served: Sequence[Numbered]) -> list[Message]:
        """What a tooltip says below the name: the figure that is coloured first."""
        supply = self.plan.municipalities[ags]
        said: dict[MapColour, Message] = {}
        if supply.coverage is not None:
            said[MapColour.COVERAGE] = msg("Coverage: {coverage}", coverage=percent(supply.coverage))
        per = self.plan.hours_per_1000(ags)
        if per is not None:
            said[MapColour.PER_1000] = msg("Per 1,000 people: {hours} per week", hours=number(per, 1, "h"))
        said[MapColour.HOURS] = msg("On site: {hours} per week", hours=number(supply.hours, 1, "h"))
        lines = sorted(said.values(), key=lambda line: line is not said.get(self.colour))
        value = self._value(ags)
        if self.figure is not None and value is not None and self.colour not in (*said, MapColour.TRAVEL):
            lines.insert(0, msg("{title}: {figure}", title=self.figure.title, figure=value))
        for identity, district in served:
            number_ = identity_text(identity)
            hub = self.county.name_of(district.hub)
            if district.hub == ags:
                lines.append(msg("District {number}, hub here", number=number_))
            else:
                drive = drive_time(self.plan.problem.drive(district.hub, ags))
                lines.append(msg("District {number}, {drive} by car from {hub}", number=number_, drive=drive, hub=hub))
        if not served:
            lines.append(msg("In no district"))
        if ags in self.marks:
            lines.append(self.marks[ags].meaning)
        return lines

    def tooltip(self, ags: Ags, served: Sequence[Numbered]) -> str:
        """Name and lines as HTML."""
        texts = [self.said(line) for line in self.lines(ags, served)]
        return "<br>".join([f"<strong>{escaped(self.county.name_of(ags))}</strong>", *texts])

    def service_lines(self, service: Service) -> list[str]:
        """A service: what and whose it is, its staff, whom it serves, and when that was so; as text."""
        name = msg("{name} ({provider}, {kind})", name=service.name, provider=service.provider, kind=service.kind)
        if service.fte is None:
            staff = msg("Posts not known")
        else:
            ends = [number(end, 0 if float(end).is_integer() else 2) for end in service.fte_range or (service.fte,)]
            posts = ends[0] if len(ends) == 1 else msg("{least} to {most}", least=ends[0], most=ends[1])
            staff = msg("{posts} FTE", posts=posts)
        if service.catchment is None:
            whom = msg("for the whole county")
        else:
            whom = msg("for {towns}", towns=listing(self.county.name_of(ags) for ags in service.catchment))
        lines: list[object] = [name, staff, whom]
        if service.target_group:
            lines.append(service.target_group)
        if service.as_of:
            lines.append(msg("as of {date}", date=service.as_of))
        return [self.say(line) for line in lines]

    def services_tooltip(self, seat: Ags, services: Sequence[Service]) -> str:
        """The services of one place as HTML."""
        where = msgs(
            "{count} existing service in {town}",
            "{count} existing services in {town}",
            len(services),
            town=self.county.name_of(seat),
        )
        blocks = [f"<p>{self.said(where)}</p>"]
        for service in services:
            name, *rest = (escaped(line) for line in self.service_lines(service))
            blocks.append(f"<p><strong>{name}</strong><br>{', '.join(rest)}</p>")
        return "".join(blocks)

    def legend(self, *, drives: bool, services: bool, over: Message | None = None) -> str:
        """What colours and signs mean, as HTML; ``over`` is whose borders are drawn over the map."""
        items: list[str] = []
        title = ""
        if self.figure is None and any(identity.name for identity in self.layer.identities):
            colours = by_number(self.county, self.layer, PALETTE)
            items += [
                f'<li><span class="kim-swatch" style="background:{colours[identity.number]}"></span>'
                f"{self.said(identity_text(identity))}</li>"
                for identity, _ in self.layer.numbered
            ]
        if self.figure is not None:
            title = f"<strong>{self.said(self.figure.title)}</strong>"
            items += [
                f'<li><span class="kim-swatch" style="background:{colour}"></span>{self.said(text)}</li>'
                for colour, text in self.figure.classes()
            ]
        signs = [
            ('<span class="kim-number">1</span>', msg("district")),
            (f'<span class="kim-hub">{_HOUSE}</span>', msg("hub of its district or of those named")),
        ]
        if self.figure is None:
            signs.append((f'<span class="kim-sample">{self.said(percent(1, 0))}</span>', msg("coverage")))
        hatched = dict.fromkeys(mark.meaning for mark in self.marks.values() if mark.hatched)
        signs += [('<span class="kim-swatch kim-hatched"></span>', meaning) for meaning in hatched]
        if over is not None:
            signs.append(('<span class="kim-over-sign"></span>', over))
        if drives:
            signs.append(('<span class="kim-drive-sign"></span>', msg("drive from the hub, minutes one way")))
        if services:
            signs.append(('<span class="kim-service"><span>2</span></span>', msg("existing services at that place")))
        named = [f"<li>{sign}{self.said(text)}</li>" for sign, text in signs]
        rows = [f"{title}<ul>{''.join(items)}</ul>"] if items else []
        rows.append(f"<ul>{''.join(named)}</ul>")
        return "".join(f"<div>{row}</div>" for row in rows)


def hubs_of(layer: LayerPlan) -> dict[Ags, list[int]]:
    """The numbers of the districts that are served from each hub."""
    found: dict[Ags, list[int]] = {}
    for identity, district in layer.numbered:
        found.setdefault(district.hub, []).append(identity.number)
    return found
