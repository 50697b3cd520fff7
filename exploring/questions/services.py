"""Which services are there twice, and whose staff would decide?"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace

from exploring.query import Means, Query, Subject
from exploring.question import Question
from geodata.county import Ags, County, Service
from optimizer.solver import Deadline
from optimizer.way.services import Staff, StaffEffect, services
from scenarios.assemble import LoadedScenario
from scenarios.existing import existing_advice, fewest_posts, most_posts
from scenarios.key import key_of
from scenarios.names import Resolver
from scenarios.schema import ExistingServices

#: The most posts that a service of unknown staff may have, and the draws, unless somebody says otherwise: set.
MOST, DRAWS = 3.0, 100


@dataclass(frozen=True, slots=True)
class ServicesFound:
    """What is known of the services whose staff is not: which they are (places in the county's list), their posts."""

    unsure: tuple[int, ...]
    effect: StaffEffect
    most: float


@dataclass(frozen=True)
class ServicesQuery(Query[ServicesFound]):
    """Posts of services of which only a range is known, and of unknown ones from none to ``most``, an assumption."""

    question = Question.SERVICES
    of_all = True
    in_parts = True
    most: float = MOST
    draws: int = DRAWS
    seed: int = 1

    def find(self, about: Subject, means: Means) -> ServicesFound:
        """For which posts the best districts stay the best, of each service and of all together."""
        listed = about.loaded.county.services
        unsure = tuple(at for at, one in enumerate(listed) if one.fte is None or one.fte_range is not None)
        staff = [self._staff(listed[at]) for at in unsure]
        deadline = Deadline(means.time_limit)
        shared = means.shared | {"cancel": lambda: deadline.passed or (means.cancel is not None and means.cancel())}
        with ExitStack() as stack:
            if means.executor is None:
                # Papers have one process for all questions.
                shared["executor"] = stack.enter_context(ThreadPoolExecutor(1))
            existing = _Counted.of(about.loaded, unsure)
            found = services(
                about.problem, staff, existing, layer=about.layer, draws=self.draws, seed=self.seed, **shared
            )
        return ServicesFound(unsure, found, self.most)

    def _staff(self, service: Service) -> Staff:
        if service.fte is None:
            return Staff(0.0, self.most, 0.0)
        return Staff(fewest_posts(service) or 0.0, most_posts(service) or 0.0, service.fte)

    def whole(self, found: ServicesFound, means: Means) -> bool:  # noqa: ARG002 - it knows of itself
        """Whether every value was tried and every draw made."""
        return found.effect.complete


@dataclass(frozen=True)
class _Counted:
    """The existing hours of each municipality where the ``unsure`` services have so many posts."""

    county: County
    key: Mapping[Ags, float]
    settings: ExistingServices
    absent: Collection[Ags]
    unsure: tuple[int, ...]

    @classmethod
    def of(cls, loaded: LoadedScenario, unsure: tuple[int, ...]) -> _Counted:
        """Those of a scenario. Of the county only the services are kept: it is sent to every process."""
        bare = replace(loaded.county, boundaries={}, travel={}, border_metres={}, surroundings=())
        key = key_of(loaded.scenario.key, Resolver(loaded.county, loaded.scenario.source))
        return cls(bare, key, loaded.scenario.existing_services, tuple(loaded.not_taking_part), unsure)

    def __call__(self, posts: Sequence[float]) -> Mapping[Ags, float]:
        """Hours per week by municipality."""
        services = list(self.county.services)
        for at, have in zip(self.unsure, posts, strict=True):
            services[at] = replace(services[at], fte=have, fte_range=None)
        county = replace(self.county, services=tuple(services))
        return {ags: one.counted for ags, one in existing_advice(county, self.key, self.settings, self.absent).items()}
