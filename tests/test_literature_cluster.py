"""Peers on a real cluster of processes. Needs the package distributed, nnlib's extra 'peers'."""

import os

import numpy as np
import pytest
from dask.distributed import LocalCluster

from nnlib.literature.peer_training import cluster, train_together


def test_a_dask_cluster_gives_identical_numbers_and_ends():
    threads = train_together(rounds=5, attackers=2, attack="late")
    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0"
        ) as machines,
        cluster(machines) as executor,
    ):
        pids = {worker.pid for worker in machines.workers.values()}
        assert executor.submit(os.getpid).result() in pids
        run = train_together(rounds=5, attackers=2, attack="late", executor=executor)
    assert len(pids) == 2 and os.getpid() not in pids
    assert np.array_equal(run.updates, threads.updates)
    assert np.array_equal(run.accuracies, threads.accuracies)
    assert np.array_equal(run.network.parameters, threads.network.parameters)
    assert run.chain == threads.chain
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
