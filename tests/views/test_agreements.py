"""The table of what is agreed: a fault is told with the row and column of its cell."""

from __future__ import annotations

import pytest

from files.faults import Fault, InputError
from scenarios import SCENARIOS
from scenarios.scenario import load_scenario
from translation import msg, translate
from views.asking.agreements import told
from views.form.state import scenario_of, state_of


def test_a_fault_has_its_row_and_column() -> None:
    state = state_of(load_scenario(SCENARIOS / "modell-1-zentral.yaml"))
    rows = [
        {"who": "Olfen", "what": "room", "date": "gestern"},
        {"who": "Olfen", "what": "employs", "posts": "0,5"},
        {"what": "room"},
        {"who": "Senden", "what": "employs", "posts": "viel"},
    ]
    with pytest.raises(InputError) as refused:
        scenario_of({**state, "agreements": rows})
    said = sorted(translate(told(fault), "en") for fault in refused.value.faults)
    assert [text.split(":")[0] for text in said] == ["row 1, Date", "row 3, Who", "row 4, Posts at least"]
    assert scenario_of({**state, "agreements": rows[1:2]}).agreements[0].posts == 0.5
    other = Fault("", told(Fault("", msg("x"), None, None, "agreements[2]")))
    assert translate(told(other), "en") == "row 3: x"
