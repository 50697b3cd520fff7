"""What each further post and one more hour bring, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from exploring.query import Subject
from exploring.question import Question
from exploring.questions.posts import PostsValue
from geodata.county import County
from maps.colours import identity_text
from optimizer.explore.hours import HourValue
from optimizer.explore.posts import Posts
from optimizer.plan import Plan
from translation import Message, Number, listing, msg, number, percent
from wording import sentences as wording
from wording.differences import less, signed
from wording.explore.told import Told, hours_cells, hours_columns
from wording.grid import NOTHING, GridColumn, GridRow, GridTable, Weight, row
from wording.yardstick import beside, hours_at, yardstick_meaning

#: Municipalities named where the hours of a post go.
_MOST_NAMED = 3


def posts_told(about: Subject, found: PostsValue) -> Told:
    """The answer to “What would the next post bring?”."""
    county, plan, layer = about.loaded.county, about.plan, about.layer
    planned = plan.problem.layers[layer].total
    tables = [_posts_table(about, found.posts, planned)]
    if found.hours:
        tables.append(_hours_table(about, found.hours))
    answer = (
        *_next(about, found.posts, planned),
        *_hour(county, found.hours, plan, layer),
        *_shapes(found.posts, planned),
    )
    return Told(Question.POSTS, answer, tuple(tables), _proof(found.posts))


def _next(about: Subject, found: Sequence[Posts], planned: Fraction) -> Iterator[Message]:
    now = next((posts for posts in found if posts.total == planned), None)
    if now is None or now.plan is None or now.lowest_coverage_as_planned is None:
        return
    for more in (Fraction(1), Fraction(1, 2)):
        then = next((posts for posts in found if posts.total == planned + more), None)
        if then is None:
            continue
        if then.plan is None or then.lowest_coverage_as_planned is None:
            yield msg("With {posts} posts the rules leave no plan.", posts=wording.fte(then.total))
            continue
        gained = {ags: one.hours - now.plan.municipalities[ags].hours for ags, one in then.plan.municipalities.items()}
        values = {
            "hours": less(_on_site(then.plan), _on_site(now.plan)),
            "now": beside(about.problem, now.lowest_coverage_as_planned),
            "then": beside(about.problem, then.lowest_coverage_as_planned),
            "towns": _most(about.loaded.county, gained),
        }
        if more == 1:
            yield msg(
                "The next post brings {hours} hours on site per week and raises the lowest coverage of the best plan "
                "from {now} to {then}, by one yardstick; most of it goes to {towns}.",
                **values,
            )
        else:
            yield msg(
                "Half a post more brings {hours} hours on site per week and raises the lowest coverage of the best "
                "plan from {now} to {then}; most of it goes to {towns}.",
                **values,
            )


def _most(county: County, gained: dict[str, float]) -> object:
    most = sorted((ags for ags in gained if round(gained[ags], 1) > 0), key=lambda ags: -gained[ags])[:_MOST_NAMED]
    if not most:
        return msg("nobody")
    return listing(
        msg("{town} ({hours}\u00a0h)", town=county.name_of(ags), hours=signed(number(gained[ags], 1))) for ags in most
    )


def _hour(county: County, hours: Sequence[HourValue], plan: Plan, layer: int) -> Iterator[Message]:
    if not hours:
        return
    best = max(hours, key=lambda one: (one.shortfall_hours, one.on_site_hours))
    district = plan.layers[layer].districts[best.district]
    yield msg(
        "One hour more per week, the districts as they are, helps most in district {number} (hub {hub}): {shortfall} "
        "hours fewer are then missing, {on_site} more reach people.",
        number=identity_text(plan.layers[layer].identities[best.district]),
        hub=county.name_of(district.hub),
        shortfall=number(best.shortfall_hours, 2),
        on_site=number(best.on_site_hours, 2),
    )


def _shapes(found: Sequence[Posts], planned: Fraction) -> Iterator[Message]:
    kept = [posts.total for posts in found if posts.plan is not None and not posts.reshaped and posts.moved == ()]
    turning = [posts.total for posts in found if posts.reshaped and posts.total > planned]
    if turning:
        yield msg(
            "With more posts the districts are other ones for the first time at {posts} posts.",
            posts=wording.fte(turning[0]),
        )
    elif kept:
        yield msg("More posts leave the districts as they are.")
    none = [wording.fte(posts.total) for posts in found if posts.plan is None and posts.proven]
    if none:
        yield msg("No plan keeps the rules with so many posts: {posts}.", posts=listing(none))


def _proof(found: Sequence[Posts]) -> Message:
    open_ = [wording.fte(posts.total) for posts in found if not posts.proven]
    if open_:
        return msg(
            "Not proven for {posts} posts: there the time did not suffice. All other plans are proven best.",
            posts=listing(open_),
        )
    return msg(
        "Proven: for each number of posts the best plan under the same rules, or that there is none. What one more "
        "hour brings is reckoned for the plan as it is, its districts, hubs and other teams unchanged."
    )


def _posts_table(about: Subject, found: Sequence[Posts], planned: Fraction) -> GridTable:
    columns = (
        GridColumn(msg("Posts (FTE)")),
        GridColumn(msg("Lowest coverage")),
        *hours_columns(about),
        GridColumn(msg("On site (h)")),
        GridColumn(msg("More on site (h)")),
        GridColumn(msg("Mostly for"), figures=False),
        GridColumn(msg("Districts")),
        GridColumn(msg("In another district than with fewer posts"), figures=False),
    )
    rows: list[GridRow] = []
    before: Plan | None = None
    for posts in found:
        rows.append(_posts_row(about, posts, before, planned))
        before = posts.plan or before
    notes = (
        msg("Bold: the posts planned. More is that against the row above."),
        msg(
            "All rows have one yardstick, that of this scenario, so that they can be compared. {meaning}",
            meaning=yardstick_meaning(about.loaded, about.until),
        ),
    )
    return GridTable(msg("The best plan for each number of posts"), columns, tuple(rows), notes)


def _posts_row(about: Subject, posts: Posts, before: Plan | None, planned: Fraction) -> GridRow:
    county = about.loaded.county
    weight = Weight.STRONG if posts.total == planned else Weight.PLAIN
    if posts.plan is None or posts.lowest_coverage_as_planned is None:
        why = msg("no plan") if posts.proven else msg("no answer in time")
        hours = hours_cells(about, None)
        return row([wording.fte(posts.total), NOTHING, *hours, NOTHING, NOTHING, why, NOTHING, NOTHING], weight)
    gained = dict(posts.gained_hours)
    return row(
        [
            wording.fte(posts.total),
            percent(posts.lowest_coverage_as_planned),
            *hours_cells(about, posts.lowest_coverage_as_planned),
            _on_site(posts.plan),
            NOTHING if before is None else less(_on_site(posts.plan), _on_site(before)),
            _most(county, gained) if gained else NOTHING,
            number(len(posts.plan.layers[-1].districts)),
            _changed(county, posts),
        ],
        weight,
    )


def _on_site(plan: Plan) -> Number:
    return number(plan.on_site_hours, 1)


def _changed(county: County, posts: Posts) -> object:
    if posts.moved:
        return listing(county.name_of(ags) for ags in posts.moved)
    return msg("nobody; a district is divided") if posts.reshaped else NOTHING


def _hours_table(about: Subject, hours: Sequence[HourValue]) -> GridTable:
    county, known = about.loaded.county, about.problem.people is not None
    columns = (
        GridColumn(msg("District")),
        GridColumn(msg("Hub"), figures=False),
        GridColumn(msg("Municipalities"), figures=False),
        GridColumn(msg("More on site (h)")),
        GridColumn(msg("Fewer missing (h)")),
        GridColumn(msg("Lowest coverage rises by (points)")),
        *([GridColumn(msg("Lowest hours per 1,000 rise by"))] if known else []),
    )
    rows = []
    for one in hours:
        district = about.plan.layers[about.layer].districts[one.district]
        rises = hours_at(about.problem, one.lowest_coverage, 2)
        rows.append(
            row(
                [
                    identity_text(about.plan.layers[about.layer].identities[one.district]),
                    county.name_of(district.hub),
                    wording.town_names(district.municipalities, county),
                    number(one.on_site_hours, 2),
                    number(one.shortfall_hours, 2),
                    number(100 * one.lowest_coverage, 2),
                    *([] if rises is None else [number(rises.value, 2)]),
                ]
            )
        )
    return GridTable(msg("One hour more per week in each district"), columns, tuple(rows))
