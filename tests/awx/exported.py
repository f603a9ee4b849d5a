"""An exported playbook as Ansible reads it, and what the published collection says of its tasks."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

SPECS = json.loads((Path(__file__).parent / "argument_specs.json").read_text(encoding="utf-8"))
PREFIX = f"{SPECS['collection']}."


class Unsafe(str):
    """A text that Ansible takes for no template."""


class _Loader(yaml.SafeLoader):
    """Knows Ansible's mark."""


_Loader.add_constructor("!unsafe", lambda loader, node: Unsafe(loader.construct_scalar(node)))


class Task(NamedTuple):
    """One task: the module without its collection, and its arguments."""

    module: str
    arguments: Mapping[str, Any]


def tasks(playbook: str) -> list[Task]:
    """All tasks, in their order."""
    [play] = yaml.load(playbook, _Loader)
    found = []
    for task in play["tasks"]:
        [module] = task.keys() - {"name"}
        found.append(Task(module.removeprefix(PREFIX), task[module]))
    return found


def texts(data: object) -> Iterator[str]:
    """Every text in it."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, Mapping):
        for name, value in data.items():
            yield from texts(name)
            yield from texts(value)
    elif isinstance(data, list):
        for value in data:
            yield from texts(value)


def complaints(task: Task) -> list[str]:
    """What the module would say of its arguments, before it asks AWX anything."""
    spec = SPECS["modules"][task.module]
    result = ArgumentSpecValidator(**spec).validate(dict(task.arguments))
    return list(result.error_messages)
