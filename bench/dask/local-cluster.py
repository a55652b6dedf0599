"""Runs no-op tasks on a LocalCluster: for each line on stdin, `run 5000` or `trips 20`, a line of JSON on stdout."""

import json
import platform
import signal
import sys
from time import monotonic, perf_counter, sleep

# Ctrl-C reaches all that runs in a terminal. What ends this program, and its workers with it, is the end of stdin, or
# SIGTERM in the middle of its work.
signal.signal(signal.SIGINT, signal.SIG_IGN)

import dask
import distributed

SETTLE_SECONDS = 30


def noop(n):
    return n


def run(client, count):
    started_at = perf_counter()
    futures = client.map(noop, range(count), pure=False)
    values = client.gather(futures)
    seconds = perf_counter() - started_at
    if values != list(range(count)):
        raise ValueError(f"{count} tasks did not answer their own numbers")
    return {"seconds": seconds}


def trips(client, count):
    return {"seconds": [trip(client, n) for n in range(count)]}


def trip(client, n):
    started_at = perf_counter()
    value = client.submit(noop, n, pure=False).result()
    seconds = perf_counter() - started_at
    if value != n:
        raise ValueError(f"Task {n} answered {value}")
    return seconds


def settle(cluster):
    """Waits until the scheduler has forgotten every task, which would else take time from whoever is measured next."""
    deadline = monotonic() + SETTLE_SECONDS
    while cluster.scheduler.tasks:
        if monotonic() > deadline:
            raise TimeoutError("The scheduler still has tasks")
        sleep(0.01)


def answer(message):
    print(json.dumps(message), flush=True)


def main(workers, saturation=None):
    if saturation is not None:
        dask.config.set({"distributed.scheduler.worker-saturation": float(saturation)})

    options = {"n_workers": workers, "threads_per_worker": 1, "host": "127.0.0.1", "dashboard_address": None}
    with distributed.LocalCluster(**options) as cluster, distributed.Client(cluster) as client:
        client.wait_for_workers(workers, timeout=30)
        answer({"python": platform.python_version(), "distributed": distributed.__version__})
        for line in sys.stdin:
            name, count = line.split()
            message = {"run": run, "trips": trips}[name](client, int(count))
            settle(cluster)
            answer(message)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    main(int(sys.argv[1]), *sys.argv[2:])
