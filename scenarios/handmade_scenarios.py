"""A plan made by hand as a scenario to be saved: the plan as it stands, or the rules that are behind it."""

from __future__ import annotations

from typing import Any

from files.typed import LONGEST_NAME
from geodata.county import Ags, County
from optimizer.problem import GivenDistrict
from scenarios.assemble import LoadedScenario
from scenarios.handmade import HandmadeLayer, HandmadePlan
from scenarios.handmade_problem import free_layer, names_no_employer, pins_of
from scenarios.layer import MUNICIPALITIES, LayerRules
from scenarios.names import Names
from scenarios.scenario import scenario_from
from scenarios.schema import Scenario, as_data


def as_plan(loaded: LoadedScenario, handmade: HandmadePlan, name: str, description: str | None = None) -> Scenario:
    """The scenario with the plan given in every layer, called ``name``. Raises ``InputError``.

    ``description`` says what the plan is; ``None``: that of the scenario.
    """
    writer = _Writer(loaded.county)
    data = _named(loaded.scenario, name, description)
    data |= {"reference_plan": None, "district_names": writer.names_of(loaded, handmade)}
    layers = zip(loaded.scenario.layers, handmade.layers, strict=True)
    data["layers"] = [writer.given(rules, layer) for rules, layer in layers]
    return scenario_from(data)


def as_rules(
    loaded: LoadedScenario, handmade: HandmadePlan, position: int, name: str, description: str | None = None
) -> Scenario:
    """The scenario with what is kept and wished as rules of a layer, whose districts are to be found.

    Posts and hubs of teams cannot be stated as rules. Of the other layers, those whose plan is given have the
    plan as it is now. Raises ``InputError``, and ``Refused`` as :func:`scenarios.handmade_problem.pins_of` does.
    """
    writer = _Writer(loaded.county)
    data = _named(loaded.scenario, name, description) | {"district_names": writer.names_of(loaded, handmade)}
    data["layers"] = [
        writer.given(rules, layer)
        if other != position and rules.plan is not None
        else writer.ruled(loaded, other, layer)
        for other, (rules, layer) in enumerate(zip(loaded.scenario.layers, handmade.layers, strict=True))
    ]
    return scenario_from(data)


def _named(scenario: Scenario, name: str, description: str | None) -> dict[str, Any]:
    text = scenario.description if description is None else description
    return {**as_data(scenario), "name": name[:LONGEST_NAME], "description": text}


class _Writer:
    # Writes municipalities and employers as people know them, where the name is clear.

    def __init__(self, county: County) -> None:
        self.county = county
        self.names = Names(county)
        self.towns = {town.ags for town in county.municipalities}

    def town(self, ags: Ags) -> str:
        name = self.county.name_of(ags)
        return name if self.names.town(name) == ags else ags

    def employer(self, id: str) -> str:
        if id not in self.towns:
            return id
        name = self.county.name_of(id)
        return name if self._id(name) == id else id

    def _id(self, name: str) -> str | None:
        return getattr(self.names.employer(name), "id", None)

    def names_of(self, loaded: LoadedScenario, handmade: HandmadePlan) -> dict[str, list[str]]:
        """The names of districts with the municipalities that each is known by, in the order of numbers.

        A name that the scenario has is known by the same ones where it can. Each municipality is under one name.
        """
        before = {
            name: {town for town in map(self.names.town, listed) if isinstance(town, str)}
            for name, listed in loaded.scenario.district_names.items()
        }
        found: dict[str, list[str]] = {}
        taken: set[Ags] = set()
        for layer in handmade.layers:
            for district in sorted(layer.filled, key=lambda row: row.number):
                towns = {*district.municipalities} - taken
                known = before.get(district.name or "", towns)
                towns = known if known <= towns else towns
                if district.name is not None and district.name not in found and towns:
                    found[district.name] = [self.town(ags) for ags in sorted(towns)]
                    taken |= towns
        return found

    def given(self, rules: LayerRules, layer: HandmadeLayer) -> dict[str, Any]:
        data = as_data(rules)
        data.pop("districts", None)
        rows = sorted(layer.filled, key=lambda row: row.number)
        data["plan"] = [self._row(row.given) for row in rows]
        if [row.number for row in rows] != [*range(1, len(rows) + 1)]:
            # Else the order of the rows is the numbering of the districts.
            for row, stated in zip(rows, data["plan"], strict=True):
                stated["number"] = row.number
        return self._wished(data, layer)

    def _row(self, row: GivenDistrict) -> dict[str, Any]:
        return {
            "employer": self.employer(row.employer),
            "fte": row.fte,
            "municipalities": [self.town(ags) for ags in row.municipalities],
            "hub": None if row.hub is None else self.town(row.hub),
        }

    def ruled(self, loaded: LoadedScenario, position: int, layer: HandmadeLayer) -> dict[str, Any]:
        rules = loaded.scenario.layers[position]
        data = self._wished(as_data(rules), layer)
        if rules.plan is not None:
            data.pop("plan")
            if names_no_employer(rules):
                known = free_layer(loaded, position).employers
                data["employers"] = [{"id": self.employer(employer.id)} for employer in known]
        towns, pins = data["municipalities"], pins_of(layer, loaded.problem)
        for pin in pins:
            names = [self.town(ags) for ags in sorted(pin.municipalities)]
            if len(names) > 1:
                towns["together"].append(names)
            if pin.employer is not None:
                self._serve(data, pin.employer, names)
        if len(pins) > 1:
            # What is pinned of a district stays together, so that one of each speaks for all.
            towns["apart"].append([self.town(min(pin.municipalities)) for pin in pins])
        return data

    def _serve(self, data: dict[str, Any], employer: str, names: list[str]) -> None:
        listed = data["employers"]
        group = any(rules["id"] == MUNICIPALITIES for rules in listed) and employer in self.towns
        if not group and employer not in {self._id(rules["id"]) for rules in listed}:
            listed.append({"id": self.employer(employer)})
        fixed = data["municipalities"]["employer"]
        mine = {self.names.town(name) for name in names}
        kept = {name: id for name, id in fixed.items() if self.names.town(name) not in mine}
        data["municipalities"]["employer"] = kept | {name: self.employer(employer) for name in names}

    def _wished(self, data: dict[str, Any], layer: HandmadeLayer) -> dict[str, Any]:
        towns = data["municipalities"]
        for name, pairs in (("together", layer.together), ("apart", layer.apart)):
            towns[name] = [*towns[name], *([self.town(one), self.town(other)] for one, other in pairs)]
        return data
