"""What existing services count for in each municipality: hours, the services behind them, and from which year."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from geodata.county import Ags, County, Service
from scenarios.schema import ExistingServices

FULL_TIME_HOURS = 39.0
"""Hours per week of one FTE of an existing service."""

_ROUNDING = 1e-9

Posts = Callable[[Service], float | None]
"""The FTE that count of a service; nothing where they are unknown."""


@dataclass(frozen=True, slots=True)
class ExistingAdvice:
    """Existing advice in a municipality. ``counted`` hours per week are its supply; ``found`` are those before peaks
    are cut, and the parts of the ``services`` that they come from, in the order of the county's list. ``unknown``
    services serve it and have no published staff.
    """

    counted: float
    found: float
    services: tuple[tuple[Service, float], ...] = ()
    unknown: tuple[Service, ...] = ()

    @property
    def cut(self) -> bool:
        """Whether less counts than there is."""
        return self.found - self.counted > _ROUNDING

    @property
    def oldest(self) -> int | None:
        """The oldest year of the figures behind the hours, as far as they name one."""
        return min((service.year for service, _ in self.services if service.year is not None), default=None)

    @property
    def undated(self) -> tuple[Service, ...]:
        """The services behind the hours whose figures are of no known year."""
        return tuple(service for service, _ in self.services if service.year is None)


def middle_posts(service: Service) -> float | None:
    """The posts that count in a plan: those stated, of a range the middle."""
    return service.fte


def fewest_posts(service: Service) -> float | None:
    """The lower end of a range, else the posts stated."""
    return service.fte if service.fte_range is None else service.fte_range[0]


def most_posts(service: Service) -> float | None:
    """The upper end of a range, else the posts stated."""
    return service.fte if service.fte_range is None else service.fte_range[1]


def existing_advice(
    county: County,
    key: Mapping[Ags, float],
    settings: ExistingServices,
    absent: Collection[Ags] = (),
    posts: Posts = middle_posts,
) -> dict[Ags, ExistingAdvice]:
    """The existing advice of every municipality (docs/methode.md, "Vorhandene Beratung").

    A service is spread over its catchment by the ``key`` of all municipalities; what falls on one that is ``absent``
    (takes no part) stays there and counts nowhere. Peaks are cut among the others.
    """
    parts: dict[Ags, list[tuple[Service, float]]] = {ags: [] for ags in key}
    unknown: dict[Ags, list[Service]] = {ags: [] for ags in key}
    for service in county.services:
        catchment = tuple(key) if service.catchment is None else service.catchment
        need = math.fsum(key[ags] for ags in catchment)
        fte = posts(service)
        credit = settings.credit if service.credit is None else service.credit
        for ags in catchment:
            if fte is None:
                unknown[ags].append(service)
            elif fte and need and credit and key[ags]:
                parts[ags].append((service, credit * fte * FULL_TIME_HOURS * key[ags] / need))
    found = {ags: math.fsum(hours for _, hours in services) for ags, services in parts.items()}
    present = [ags for ags in key if ags not in absent]
    most = _most(found, key, present, settings.most)
    return {
        ags: ExistingAdvice(
            counted=min(found[ags], most[ags]) if ags in most else 0.0,
            found=found[ags],
            services=tuple(services),
            unknown=tuple(unknown[ags]),
        )
        for ags, services in parts.items()
    }


def county_wide_hours(county: County, settings: ExistingServices) -> float:
    """The hours per week that services for the whole county count for, which are shared out by the key."""
    return math.fsum(
        (settings.credit if service.credit is None else service.credit) * service.fte * FULL_TIME_HOURS
        for service in county.services
        if service.catchment is None and service.fte is not None
    )


def _most(
    found: Mapping[Ags, float], key: Mapping[Ags, float], present: Collection[Ags], most: float | None
) -> dict[Ags, float]:
    """The most hours that count in each municipality that takes part: so many times the average per unit of key."""
    if most is None:
        return dict.fromkeys(present, math.inf)
    need = math.fsum(key[ags] for ags in present)
    hours = math.fsum(found[ags] for ags in present)
    return {ags: most * hours * key[ags] / need for ags in present}
