"""Python's own client, on a LocalCluster (`local 2`) or on the Python workers of a cluster (`at tcp://127.0.0.1:8786`).

For each line on stdin, such as `run 5000`, a line of JSON on stdout.
"""

import json
import platform
import signal
import sys
from contextlib import contextmanager
from time import monotonic, perf_counter, sleep

# Ctrl-C reaches all that runs in a terminal. What ends this program, and its workers with it, is the end of stdin, or
# SIGTERM in the middle of its work.
signal.signal(signal.SIGINT, signal.SIG_IGN)

import dask
import distributed

SETTLE_SECONDS = 30


def noop(n):
    return n


def make(count, n):
    return bytes([n]) * count


class Tasks:
    """What is measured. Each answers how many seconds that took, but `settle`."""

    def __init__(self, client, workers):
        self.client = client
        self.workers = workers

    def run(self, count):
        started_at = perf_counter()
        futures = self.client.map(noop, range(count), **self.on(self.workers))
        values = self.client.gather(futures)
        seconds = perf_counter() - started_at
        expect(values == list(range(count)), "Tasks answered another number")
        return seconds

    def trips(self, count):
        return [self.trip(n) for n in range(count)]

    def trip(self, n):
        started_at = perf_counter()
        value = self.client.submit(noop, n, **self.on(self.workers)).result()
        seconds = perf_counter() - started_at
        expect(value == n, f"Task {n} answered {value}")
        return seconds

    def bring(self, count):
        started_at = perf_counter()
        value = self.client.submit(make, count, 7, **self.on(self.workers)).result()
        seconds = perf_counter() - started_at
        expect(len(value) == count and value[0] == value[-1] == 7, "A task answered other bytes")
        return seconds

    def hand(self, count):
        one, other = self.workers
        started_at = perf_counter()
        made = self.client.submit(make, count, 7, **self.on([one]))
        size = self.client.submit(len, made, **self.on([other])).result()
        seconds = perf_counter() - started_at
        expect(size == count, f"A task found {size} bytes")
        return seconds

    def settle(self, _=0):
        """Waits until the scheduler has forgotten every task, which would else take time from whoever is measured next."""
        deadline = monotonic() + SETTLE_SECONDS
        while self.client.run_on_scheduler(count_tasks) > 0:
            if monotonic() > deadline:
                raise TimeoutError("The scheduler still has tasks")
            sleep(0.01)

    @staticmethod
    def on(workers):
        return {"pure": False, "workers": workers}


def count_tasks(dask_scheduler):
    return len(dask_scheduler.tasks)


def expect(is_right, message):
    if not is_right:
        raise ValueError(message)


@contextmanager
def local(workers, saturation=None):
    if saturation is not None:
        dask.config.set({"distributed.scheduler.worker-saturation": float(saturation)})

    options = {"n_workers": int(workers), "threads_per_worker": 1, "host": "127.0.0.1", "dashboard_address": None}
    with distributed.LocalCluster(**options) as cluster, distributed.Client(cluster) as client:
        client.wait_for_workers(int(workers), timeout=30)
        yield Tasks(client, None)


@contextmanager
def at(address):
    with distributed.Client(address) as client:
        workers = client.scheduler_info()["workers"].items()
        yield Tasks(client, [address for address, worker in workers if "JS" not in worker["resources"]])


def answer(message):
    print(json.dumps(message), flush=True)


def main(where, *args):
    with {"local": local, "at": at}[where](*args) as tasks:
        answer({"python": platform.python_version(), "distributed": distributed.__version__})
        for line in sys.stdin:
            name, *numbers = line.split()
            seconds = getattr(tasks, name)(*map(int, numbers))
            tasks.settle()
            answer({"seconds": seconds})


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    main(*sys.argv[1:])
