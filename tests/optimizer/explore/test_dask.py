"""The same cases on a Dask cluster: its client's executor is one like any other."""

from __future__ import annotations

import pickle
import pickletools
import socket
import sys
import threading
from collections.abc import Iterator
from typing import Any

import distributed
import pytest

from optimizer.explore import robustness as robustness_module
from optimizer.explore import sensitivity as sensitivity_module
from optimizer.explore import workers
from optimizer.explore.robustness import robustness
from optimizer.explore.sensitivity import sensitivity
from optimizer.explore.workers import NoCluster, scheduler_executor
from tests.optimizer.explore.test_robustness import HIGHS, WIDE, small


def cluster(count: int, processes: bool) -> Any:
    # Any port will do for its pages: with the usual one a second cluster at the same time warns.
    return distributed.LocalCluster(n_workers=count, threads_per_worker=1, processes=processes, dashboard_address=":0")


@pytest.fixture(name="address", scope="module")
def address_of_processes() -> Iterator[str]:
    with cluster(2, processes=True) as local:
        yield local.scheduler_address


def test_threads_of_this_process_find_the_same() -> None:
    with cluster(1, processes=False) as local, distributed.Client(local) as client:
        found = robustness(small(), WIDE, draws=25, seed=2, solver=HIGHS, executor=client.get_executor())
    assert found == robustness(small(), WIDE, draws=25, seed=2, solver=HIGHS)


def test_worker_processes_find_the_same(address: str) -> None:
    seen: list[tuple[int, int]] = []
    with scheduler_executor(address) as executor:
        found = robustness(
            small(),
            WIDE,
            draws=45,
            seed=2,
            solver=HIGHS,
            executor=executor,
            progress=lambda *done: seen.append(done),
        )
        figures = sensitivity(small(), solver=HIGHS, executor=executor)
    assert found == robustness(small(), WIDE, draws=45, seed=2, solver=HIGHS)
    assert figures == sensitivity(small(), solver=HIGHS)
    # 61 cases are four parts, each of which is looked at twice.
    assert seen[-1] == (8, 8)
    assert seen == sorted(set(seen))


def test_a_cluster_can_be_stopped(address: str) -> None:
    stop = threading.Event()
    with scheduler_executor(address) as executor:
        found = robustness(
            small(),
            WIDE,
            draws=2000,
            solver=HIGHS,
            executor=executor,
            progress=lambda *_: stop.set(),
            cancel=stop.is_set,
        )
        # Nothing of it is left for the workers to do.
        again = robustness(small(), WIDE, draws=1, solver=HIGHS, executor=executor)
    assert not found.complete
    assert 0 < found.compared <= len(found.cases) < 2016
    assert again.complete


def test_workers_need_only_the_project_itself() -> None:
    for module, names in ((robustness_module, ("_cases", "_coverages")), (sensitivity_module, ("_turn",))):
        for name in names:
            strings = [value for _, value, _ in pickletools.genops(pickle.dumps(getattr(module, name))) if value]
            assert {module.__name__, name} <= set(strings)


def test_without_dask_there_is_no_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(NoCluster) as caught, scheduler_executor("tcp://127.0.0.1:8786"):
        pass
    assert caught.value.reason == "missing"


@pytest.mark.parametrize(
    "wrong", ["tcp://127.0.0.1:{port}", "127.0.0.1:{port}", "nothing://at.all", "", "a:b:c", "127.0.0.1:99999"]
)
def test_an_address_where_nobody_answers(wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "ANSWER", 0.5)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = wrong.format(port=closed.getsockname()[1])
        with pytest.raises(NoCluster) as caught, scheduler_executor(address):
            pass
    assert caught.value.reason == "unreachable"


def test_a_scheduler_without_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "ANSWER", 0.5)
    with (
        cluster(0, processes=True) as local,
        pytest.raises(NoCluster) as caught,
        scheduler_executor(local.scheduler_address),
    ):
        pass
    assert caught.value.reason == "unreachable"
