"""What the funding of a scenario may state: grants as in the council paper, real costs, mileage. It decides no plan.

How the amounts are read, above all in a part year, stands in docs/methode.md, and there the sources of the rates.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Annotated

from pydantic import Field

from files.typed import offered
from scenarios.filled import FilledPosts
from scenarios.section import Finding, Section
from scenarios.values import About, euros, posts, real, whole, year
from translation import msg

MOST = 10_000_000
"""Euros that no amount exceeds."""
MOST_YEARS = 6
"""Years of a financial plan: as many as stand side by side on a sheet."""


@dataclass(frozen=True, slots=True)
class Rate:
    """What the state grants for the staff of a full post and year, from a ``year`` on."""

    year: int
    amount: Decimal


RATES = (Rate(2020, Decimal(55_000)), Rate(2023, Decimal(57_000)))
"""The published rates. 2020: council paper SV-9-1769 of Kreis Coesfeld. 2023: its council paper SV-10-0898, and the
grant to Kreis Unna of 15 February 2023 (18 posts, 1,026,000 €; council paper 056/2023 of Kamen). None later is known.
"""
_YEAR, _SOME_YEAR = year(2020, 2099), year(2020, 2099, optional=True)
_THAT_OF_THE_YEAR = msg("that of the year")
_NOT_KNOWN = msg("not known")


def rate_of(year: int) -> Rate:
    """The published rate that holds in a year, or the first one before all of them."""
    return next((rate for rate in reversed(RATES) if rate.year <= year), RATES[0])


class CoordinationFunding(Section):
    """Module I: the strategic management of the county."""

    coordinators: Annotated[
        Fraction, posts(100), About(msg("Coordinators"), msg("Posts of coordinators that are funded"))
    ] = Fraction(7, 2)
    coordinator_staff: Annotated[
        Decimal | None,
        euros(MOST, optional=True),
        About(
            msg("Staff per coordinator"),
            msg("Grant for staff per coordinator's post and year; nothing for that of the year"),
            nothing=_THAT_OF_THE_YEAR,
        ),
    ] = None
    coordinator_material: Annotated[
        Decimal,
        euros(MOST),
        About(msg("Material per coordinator"), msg("Grant for material per coordinator's post and year")),
    ] = Decimal(9_700)
    coordinator_cost: Annotated[
        Decimal | None,
        euros(MOST, optional=True),
        About(
            msg("Real cost per coordinator"),
            msg("What a coordinator's post really costs per year, staff and material; nothing where it is not known"),
            nothing=_NOT_KNOWN,
        ),
    ] = None
    half_assistants: Annotated[
        int, whole(0, 100), About(msg("Half posts of assistants"), msg("Half posts of assistants that are funded"))
    ] = 1
    assistant_staff: Annotated[
        Decimal,
        euros(MOST),
        About(msg("Staff per assistant"), msg("Grant for staff per half post of an assistant and year")),
    ] = Decimal(22_500)
    assistant_material: Annotated[
        Decimal,
        euros(MOST),
        About(msg("Material per assistant"), msg("Grant for material per half post of an assistant and year")),
    ] = Decimal(4_850)
    assistant_cost: Annotated[
        Decimal | None,
        euros(MOST, optional=True),
        About(
            msg("Real cost per assistant"),
            msg(
                "What a half post of an assistant really costs per year, staff and material; nothing where it is not "
                "known"
            ),
            nothing=_NOT_KNOWN,
        ),
    ] = None
    events: Annotated[
        Decimal, euros(MOST), About(msg("Events"), msg("Most that is granted for events in a funding year"))
    ] = Decimal(10_000)
    measures: Annotated[
        Decimal, euros(MOST), About(msg("Measures"), msg("Most that is granted for measures in a funding year"))
    ] = Decimal(30_000)
    advice_days: Annotated[
        int, whole(0, 366), About(msg("Days of advice"), msg("Most days of advice that are granted in a funding year"))
    ] = 6
    advice_day: Annotated[Decimal, euros(MOST), About(msg("Day of advice"), msg("Grant per day of advice"))] = Decimal(
        1_012
    )


class CaseManagementFunding(Section):
    """Module II: the posts that the plan places."""

    per_post: Annotated[
        Decimal | None,
        euros(MOST, optional=True),
        About(
            msg("Grant per case-management post"),
            msg(
                "Grant per case-management post and year; nothing for that of the year: 55000 € from 2020, 57000 € "
                "from 2023"
            ),
            nothing=_THAT_OF_THE_YEAR,
        ),
    ] = None


class AuthorityFunding(Section):
    """Module III: posts at the authorities for foreigners and for naturalisation."""

    half_posts: Annotated[
        int,
        whole(0, 100),
        About(msg("Half posts at authorities"), msg("Half posts at the authorities for foreigners and naturalisation")),
    ] = 2
    per_half_post: Annotated[
        Decimal, euros(MOST), About(msg("Grant per half post"), msg("Grant per half post and full year"))
    ] = Decimal(25_000)
    part_year: Annotated[
        Decimal,
        euros(MOST),
        About(
            msg("Grant per half post in a part year"), msg("Grant per half post where funding runs for fewer months")
        ),
    ] = Decimal(25_000)


class FundingYear(Section):
    """A year of a financial plan over several years."""

    year: Annotated[int, _YEAR, About(msg("Year"), msg("Year of the financial plan; the years follow each other"))]
    filled: Annotated[
        Mapping[int, Fraction] | None,
        FilledPosts(),
        About(
            msg("Posts filled, by month"),
            msg(
                "Month and posts that are filled from it on, such as 4: 3; 7: 6. Nothing: as at the end of the year "
                "before; in the first year all posts"
            ),
            nothing=msg("as at the end of the year before"),
        ),
    ] = None
    per_post: Annotated[
        Decimal | None,
        euros(MOST, optional=True),
        About(
            msg("Grant per post in that year"),
            msg("Grant per case-management post in that year; nothing for that of the scenario, else of the year"),
            nothing=_THAT_OF_THE_YEAR,
        ),
    ] = None
    cost_per_post: Annotated[
        Decimal | None,
        euros(MOST, optional=True),
        About(
            msg("Real cost per post in that year"),
            msg("What a case-management post really costs in that year; nothing for that of the scenario"),
            nothing=msg("that of the scenario"),
        ),
    ] = None
    integration_grant: Annotated[
        Decimal,
        euros(MOST),
        About(
            msg("Integrationspauschale used in that year"),
            msg("Part of the Integrationspauschale (§ 14c TIntG) that pays own share in that year"),
        ),
    ] = Decimal(0)


class Funding(Section):
    """What the state pays, what a post really costs, and what driving costs."""

    year: Annotated[
        int | None,
        _SOME_YEAR,
        About(
            msg("Year of the amounts"),
            msg("Year whose rates are used; nothing for the first year of the financial plan, without one 2020"),
            nothing=msg("first year of the financial plan, else 2020"),
        ),
    ] = None
    months: Annotated[
        int, whole(1, 12), About(msg("Months of funding"), msg("Months of the year for which funding runs"))
    ] = 12
    module_1: CoordinationFunding = CoordinationFunding()
    module_2: CaseManagementFunding = CaseManagementFunding()
    module_3: AuthorityFunding = AuthorityFunding()
    cost_per_post: Annotated[
        Decimal | None,
        euros(MOST, optional=True),
        About(
            msg("Real cost per post"),
            msg("What a case-management post really costs per year; nothing where it is not known"),
            nothing=_NOT_KNOWN,
        ),
    ] = None
    integration_grant: Annotated[
        Decimal,
        euros(MOST),
        About(
            msg("Integrationspauschale used"),
            msg("Part of the Integrationspauschale (§ 14c TIntG) that pays own share in a funding year"),
        ),
    ] = Decimal(0)
    mileage_rate: Annotated[
        Decimal,
        euros(10, "€/km"),
        About(msg("Mileage rate"), msg("What is paid per kilometre driven"), assumption=True),
    ] = Decimal("0.30")
    co2_per_km: Annotated[
        float,
        real(0, 1000, "g/km"),
        About(msg("CO₂ per kilometre"), msg("Carbon dioxide of a car per kilometre driven"), assumption=True),
    ] = 160.0
    weeks_per_year: Annotated[
        float,
        real(0, 53, above=True),
        About(
            msg("Working weeks per year"),
            msg("Weeks of a year in which a team visits, without holidays"),
            assumption=True,
        ),
    ] = 44.0
    years: Annotated[tuple[FundingYear, ...], Field(max_length=MOST_YEARS)] = ()

    def contradictions(self) -> Iterator[Finding]:
        for position, (before, after) in enumerate(zip(self.years, self.years[1:], strict=False), start=1):
            if after.year != before.year + 1:
                yield (
                    ("years", position, "year"),
                    msg("{value} does not follow the year before", value=offered(after.year)),
                    msg("each year once, in order, without a gap: here {year}", year=str(before.year + 1)),
                )

    @property
    def base_year(self) -> int:
        """The year whose rates are used: that stated, else the first of the financial plan, else that of the first."""
        if self.year is not None:
            return self.year
        return self.years[0].year if self.years else RATES[0].year

    @property
    def per_post(self) -> Decimal:
        """Euros granted per case-management post and year."""
        return self.per_post_in(self.base_year)

    def per_post_in(self, year: int) -> Decimal:
        """Euros granted per case-management post in a year: as that year, else the scenario says, else the rate."""
        own = next((each.per_post for each in self.years if each.year == year), None)
        stated = self.module_2.per_post if own is None else own
        return rate_of(year).amount if stated is None else stated

    def cost_per_post_in(self, year: int) -> Decimal | None:
        """Euros that a case-management post really costs in a year; ``None`` where it is not known."""
        own = next((each.cost_per_post for each in self.years if each.year == year), None)
        return self.cost_per_post if own is None else own

    def coordinator_staff_in(self, year: int) -> Decimal:
        """Euros granted for the staff of a coordinator's post in a year."""
        stated = self.module_1.coordinator_staff
        return rate_of(year).amount if stated is None else stated
