"""Calls functions of JavaScript from Python, on the JavaScript workers of a Dask cluster.

    from distributed import Client
    from daskflow_client import submit

    client = Client("tcp://127.0.0.1:8786")
    small = submit(client, "my-package/images", "resize", data, {"width": 200})
    print(len(small.result()))

The workers are those of ``npx daskflow worker tcp://127.0.0.1:8786``. All that this file needs is ``distributed``, of a
version that daskflow speaks with: copy it, or put its folder on the path.
"""

import importlib
import io
import pickle
import uuid

from distributed import Future

__all__ = ["submit"]

# What marks a task for a JavaScript worker. On a worker of Python it fails, and its error says where it belongs.
_MARK = "js_task_needs_a_javascript_worker"
# What JavaScript workers have and no other.
_RESOURCE = "JS"
# The newest that JavaScript workers are sure to read.
_PROTOCOL = 4


def submit(
    client,
    module,
    function,
    *args,
    key=None,
    timeout=None,
    resources=None,
    workers=None,
    allow_other_workers=False,
    retries=None,
    priority=0,
):
    """Has a JavaScript worker call ``function(*args)``, and answers the future of its result.

    ``module``: what the worker imports, ``"my-package/tasks"``, seen from the folder in which it was started; an absolute
    URL; or ``None`` for a function that the workers expose by its name (``--worker``). ``function``: the name of one of its
    exports, ``"default"`` for the default one.

    ``args``: ``None``, booleans, numbers, texts, bytes, datetimes, sets, and lists, tuples and dicts of these. Futures may
    stand among them and within lists, tuples and dicts, whether Python or JavaScript makes their values. Large data is
    better sent once: ``client.scatter(data)`` answers a future.

    ``timeout``: seconds that the call may take. All else means what it does for ``Client.submit``; ``resources`` are asked
    for beside those of a JavaScript worker.

    What the function throws is raised as a ``RuntimeError`` with its name and text; its ``daskflow`` is all that is known of
    it, as a dict.

    Raises ``TypeError`` or ``ValueError`` for what cannot be sent, before anything is.
    """
    if module is not None and (not isinstance(module, str) or module == ""):
        raise TypeError(f"submit(client, module, function): module must be the name of a module, or None, not {module!r}")
    if not isinstance(function, str) or function == "":
        raise TypeError(f"submit(client, module, function): function must be a name, not {function!r}")
    if module is not None and module.startswith(("./", "../", "/")):
        raise ValueError(f"submit(client, {module!r}, …): a path means something else on a worker. Name a package, or give a URL")
    if not (key is None or (isinstance(key, str) and key != "")):
        raise TypeError(f"submit(…, key): key must be a text that is not empty, not {key!r}")
    for text in (key or "", function, module or ""):
        # What is no Unicode would end the connection of the client.
        text.encode("utf-8")
    if not isinstance(priority, (int, float)):
        raise TypeError(f"submit(…, priority): priority must be a number, not {priority!r}")
    if not (timeout is None or (isinstance(timeout, (int, float)) and timeout > 0)):
        raise ValueError(f"submit(…, timeout): timeout must be more than 0 seconds, not {timeout!r}")
    try:
        given, inputs, futures = _without_futures(args)
    except RecursionError as error:
        raise ValueError("submit(…, *args): what is among them holds itself, or is nested too deep") from error
    key = f"{function}-{uuid.uuid4().hex}" if key is None else key
    wanted = {"kind": "name", "name": function} if module is None else {"kind": "module", "module": module, "export": function}
    about = {"uid": key, "name": function, "inputs": inputs}
    if timeout is not None:
        about["timeout"] = timeout * 1000
    return client.submit(
        importlib.import_module,
        _MARK,
        _pickled(wanted),
        _pickled(about),
        _pickled(given),
        *futures,
        key=key,
        pure=False,
        resources={_RESOURCE: 1, **(resources or {})},
        workers=workers,
        allow_other_workers=allow_other_workers,
        retries=retries,
        priority=priority,
    )


def _without_futures(args):
    """The arguments with nothing where futures stand; where that is, and their keys; and the futures, each once."""
    inputs, futures = [], {}

    def walk(value, path):
        if isinstance(value, Future):
            if not isinstance(value.key, str):
                raise TypeError(f"A JavaScript worker takes futures whose keys are texts, not {value.key!r}")
            inputs.append([path, value.key])
            futures[value.key] = value
            return None
        if isinstance(value, (list, tuple)):
            return [walk(item, [*path, index]) for index, item in enumerate(value)]
        if isinstance(value, dict):
            return {name: walk(item, [*path, name]) for name, item in value.items()}
        return value

    given = walk(args, [])
    odd = [step for path, _ in inputs for step in path if not isinstance(step, (str, int))]
    if odd:
        raise TypeError(f"Futures may be in a dict under texts and integers, not under {odd[0]!r}")
    return given, inputs, list(futures.values())


class _Pickler(pickle.Pickler):
    def reducer_override(self, value):
        if isinstance(value, Future):
            raise TypeError("Futures may be among the arguments, and in lists, tuples and dicts, but in nothing else")
        return NotImplemented


def _pickled(value):
    file = io.BytesIO()
    _Pickler(file, protocol=_PROTOCOL).dump(value)
    return file.getvalue()
