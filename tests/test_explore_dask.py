"""The same cases on a Dask cluster: its client's executor is one like any other."""

from __future__ import annotations

import pytest
from test_explore_robustness import HIGHS, WIDE, small

from optimizer.explore.robustness import robustness

distributed = pytest.importorskip("distributed", reason="Dask is an extra")


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_a_cluster_finds_the_same() -> None:
    with (
        distributed.LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        found = robustness(small(), WIDE, draws=25, seed=2, solver=HIGHS, executor=client.get_executor())
    assert found == robustness(small(), WIDE, draws=25, seed=2, solver=HIGHS)
