"""What is agreed with municipalities and employers, in terms of the county: what the optimizer asks about."""

from __future__ import annotations

from collections.abc import Sequence

from optimizer.options import Option, What
from scenarios.agreements import Agreement
from scenarios.names import Resolver
from translation import msg


def options_of(listed: Sequence[Agreement], resolver: Resolver) -> tuple[Option, ...]:
    """The answers in terms of the county; those with a fault, which is noted in ``resolver``, are left out."""
    found = []
    for position, one in enumerate(listed):
        place, what = ("agreements", position), What(one.what)
        if what is What.EMPLOYS:
            employer = resolver.employer(one.who, (*place, "who"))
            who = None if employer is None else employer.id
        else:
            who = resolver.town(one.who, (*place, "who"))
        other = None if one.other is None else resolver.town(one.other, (*place, "other"))
        if who is not None and who == other:
            resolver.fault((*place, "other"), msg("this is the same municipality"), msg("another municipality"))
        elif who is not None and (one.other is None or other is not None):
            found.append(Option(what, who, other, one.posts, one.agreed))
    return tuple(found)
