"""The counties of a state side by side: one row each, with its plan's figures or why it has none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from geodata.county import County
from translation import Message, msg, msgs, number, percent
from wording.grid import NOTHING, GridColumn, GridTable, Weight, row

MORE = "more"
"""The kind of columns that are left out where there is little room."""
FAILED = "failed"
"""The status of a county without an answer; the others are those of ``kim-result/2``."""
_STATUS: Mapping[str, Message] = {
    "optimal": msg("proven"),
    "feasible": msg("best so far"),
    "given": msg("as given"),
    "infeasible": msg("no plan"),
    FAILED: msg("failed"),
}


@dataclass(frozen=True)
class StateRow:
    """A county of the state. Figures are missing where there is no plan; ``reasons`` then say why.

    ``coverage_bound`` is what no plan exceeds. ``estimated`` counts the drives that are no road's.
    """

    folder: str
    status: str
    ags: str = ""
    name: str = ""
    municipalities: int | None = None
    people: float | None = None
    posts: float | None = None
    districts: int | None = None
    lowest_coverage: float | None = None
    coverage_bound: float | None = None
    least_covered: str = ""
    hours_per_1000: float | None = None
    shortfall_hours: float | None = None
    road_share: float | None = None
    ki_share: float | None = None
    estimated: int = 0
    reasons: tuple[str, ...] = ()

    @property
    def called(self) -> str:
        """What people call it; the folder where nothing else is known."""
        return self.name or self.folder


def failed(folder: str, reasons: Sequence[str], county: County | None = None, **known: Any) -> StateRow:
    """A county without an answer."""
    return StateRow(folder, FAILED, reasons=tuple(reasons), **(_about(county) if county else {}), **known)


def answered(county: County, result: Mapping[str, Any], people: float | None) -> StateRow:
    """A county with its result as ``kim-result/2`` has it; ``people`` are those of the key."""
    about = _about(county) | {"people": people}
    if "layers" not in result:
        reasons = tuple(conflict["detail"] for conflict in result["conflicts"])
        return StateRow(county.folder.name, result["status"], reasons=reasons, **about)
    districts = [district for layer in result["layers"] for district in layer["districts"]]
    stage = next((stage for stage in result["stages"] if stage["name"] == "lowest_coverage"), None)
    lowest, hours = result["lowest_coverage"], sum(result["losses"].values())
    least = min(
        (town for town in result["municipalities"] if town["coverage"] is not None),
        key=lambda town: (town["coverage"], town["ags"]),
        default=None,
    )
    return StateRow(
        county.folder.name,
        result["status"],
        posts=sum(district["fte"] for district in districts),
        districts=len(districts),
        lowest_coverage=lowest,
        coverage_bound=None if stage is None or stage["proven"] else stage["bound"],
        least_covered="" if least is None or lowest is None else least["name"],
        hours_per_1000=result["hours_per_1000"],
        shortfall_hours=result["shortfall_hours"],
        road_share=result["losses"]["road"] / hours if hours > 0 else None,
        ki_share=result["ki_share"],
        **about,
    )


def _about(county: County) -> dict[str, Any]:
    return {
        "ags": county.ags,
        "name": county.name,
        "municipalities": len(county.municipalities),
        "estimated": sum(trip.method == "estimate" for trip in county.travel.values()),
    }


def state_table(rows: Sequence[StateRow]) -> GridTable:
    """The counties in order, and the state below them."""
    columns = (
        GridColumn(msg("County"), figures=False),
        GridColumn(msg("Status"), figures=False),
        GridColumn(msg("Municipalities")),
        GridColumn(msg("People of the key"), kind=MORE),
        GridColumn(msg("Posts (FTE)")),
        GridColumn(msg("Districts"), kind=MORE),
        GridColumn(msg("Lowest coverage")),
        GridColumn(msg("Served worst"), figures=False),
        GridColumn(msg("Hours per 1,000 people there")),
        GridColumn(msg("Shortfall (h per week)")),
        GridColumn(msg("Share on the road")),
        GridColumn(msg("Share of the KI"), kind=MORE),
    )
    found = [row(_cells(one)) for one in rows]
    planned = [one for one in rows if one.posts is not None]
    if planned:
        found.append(row(_whole(planned), Weight.TOTAL))
    return GridTable(msg("Counties"), columns, tuple(found), tuple(state_notes(rows)))


def _cells(one: StateRow) -> list[object]:
    def said(value: float | None, digits: int = 0) -> object:
        return NOTHING if value is None else number(value, digits)

    def share(value: float | None) -> object:
        return NOTHING if value is None else percent(value)

    return [
        one.called,
        _STATUS[one.status],
        said(one.municipalities),
        said(one.people),
        said(one.posts, 1),
        said(one.districts),
        share(one.lowest_coverage),
        one.least_covered or NOTHING,
        said(one.hours_per_1000, 1),
        said(one.shortfall_hours, 1),
        share(one.road_share),
        share(one.ki_share),
    ]


def _whole(planned: Sequence[StateRow]) -> list[object]:
    worst = min(
        (one for one in planned if one.lowest_coverage is not None),
        key=lambda one: (one.lowest_coverage or 0.0, one.folder),
        default=None,
    )
    shortfalls = [one.shortfall_hours for one in planned if one.shortfall_hours is not None]
    people = [one.people for one in planned]
    return [
        msgs("{count} county with a plan", "{count} counties with a plan", len(planned)),
        "",
        number(sum(one.municipalities or 0 for one in planned)),
        NOTHING if None in people else number(sum(known or 0.0 for known in people)),
        number(sum(one.posts or 0.0 for one in planned), 1),
        number(sum(one.districts or 0 for one in planned)),
        NOTHING if worst is None or worst.lowest_coverage is None else percent(worst.lowest_coverage),
        NOTHING if worst is None else worst.called,
        "",
        number(sum(shortfalls), 1) if shortfalls else NOTHING,
        "",
        "",
    ]


def state_notes(rows: Sequence[StateRow]) -> list[Message]:
    """What has to be known of the counties, and why some have no plan or one that is not proven."""
    found = []
    for one in rows:
        for reason in one.reasons:
            found.append(msg("{county}: {reason}", county=one.called, reason=reason))
        if one.status == "feasible" and one.coverage_bound is not None:
            text = msg(
                "{county}: no plan reaches more than {bound}.", county=one.called, bound=percent(one.coverage_bound)
            )
            found.append(text)
    estimated = sum(one.estimated > 0 for one in rows)
    if estimated:
        found.append(
            msgs(
                "In {count} county drives are estimated from the air line.",
                "In {count} counties drives are estimated from the air line.",
                estimated,
            )
        )
    found.append(msg("Lowest coverage: of the municipality served worst, measured in each county by its own posts."))
    return found
