"""Pages are run many times here, each time in a server of its own."""

from __future__ import annotations

import pytest
from streamlit.components.v2 import manifest_scanner


@pytest.fixture(autouse=True, scope="session")
def _no_search_for_components() -> None:
    """Streamlit looks through all installed packages for components, with every run anew; none here has any."""
    manifest_scanner.scan_component_manifests = lambda *_, **__: []
