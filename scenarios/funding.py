"""What the funding of a scenario may state: grants as in the council paper, real costs, mileage. It decides no plan.

How the amounts are read, above all in a part year, stands in docs/methode.md.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Annotated

from scenarios.section import Section
from scenarios.values import About, euros, posts, real, whole
from translation import msg

MOST = 10_000_000
"""Euros that no amount exceeds."""


class CoordinationFunding(Section):
    """Module I: the strategic management of the county."""

    coordinators: Annotated[
        Fraction, posts(100), About(msg("Coordinators"), msg("Posts of coordinators that are funded"))
    ] = Fraction(7, 2)
    coordinator_staff: Annotated[
        Decimal,
        euros(MOST),
        About(msg("Staff per coordinator"), msg("Grant for staff per coordinator's post and year")),
    ] = Decimal(55_000)
    coordinator_material: Annotated[
        Decimal,
        euros(MOST),
        About(msg("Material per coordinator"), msg("Grant for material per coordinator's post and year")),
    ] = Decimal(9_700)
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
        Decimal,
        euros(MOST),
        About(
            msg("Grant per case-management post"),
            msg("Grant per case-management post and year; 55000 € from 2020, 57000 € from 2023"),
        ),
    ] = Decimal(55_000)


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


class Funding(Section):
    """What the state pays, what a post really costs, and what driving costs."""

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
            nothing=msg("not known"),
        ),
    ] = None
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
