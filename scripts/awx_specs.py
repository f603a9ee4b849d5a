"""Prints what other people's programs take, as JSON: facts that tests hold chonai's files against.

    PYTHON scripts/awx_specs.py collection >tests/awx/argument_specs.json
    PYTHON scripts/awx_specs.py builder >tests/awx/environment_schema.json

PYTHON is one that has the collection awx.awx, such as that of the benchmarks' environment, or ansible-builder. Each
module is asked itself: it makes its AnsibleModule with its spec, and is stopped there.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

COLLECTION = "ansible_collections.awx.awx"
MODULES = (
    "credential",
    "credential_type",
    "execution_environment",
    "inventory",
    "inventory_source",
    "job_template",
    "organization",
    "project",
    "schedule",
    "workflow_job_template",
    "workflow_job_template_node",
)


class Asked(Exception):
    """Carries what a module said."""


def ask(name: str) -> dict[str, Any]:
    """The spec of a module, without what says where values come from when a task does not name them."""
    module = import_module(f"{COLLECTION}.plugins.modules.{name}")

    def answer(*_: object, argument_spec: dict[str, Any], **more: Any) -> None:
        raise Asked({"argument_spec": argument_spec, **more})

    module.ControllerAPIModule = answer
    try:
        module.main()
    except Asked as asked:
        return dict(asked.args[0])
    raise SystemExit(f"{name} makes no module")


def collection() -> None:
    """The argument specs, one module a line."""
    package = import_module(COLLECTION)
    manifest = Path(package.__path__[0]) / "MANIFEST.json"
    version = json.loads(manifest.read_text(encoding="utf-8"))["collection_info"]["version"]
    lines = (f'  "{name}": {json.dumps(ask(name), sort_keys=True)}' for name in MODULES)
    print(f'{{\n "collection": "awx.awx",\n "version": "{version}",\n "modules": {{\n' + ",\n".join(lines) + "\n }\n}")


def builder() -> None:
    """The schema of execution-environment.yml, version 3, without its descriptions."""
    schema = undescribed(import_module("ansible_builder.ee_schema").schema_v3)
    print(json.dumps({"ansible-builder": metadata.version("ansible-builder"), "schema": schema}, sort_keys=True))


def undescribed(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {name: undescribed(value) for name, value in schema.items() if name != "description"}
    return [undescribed(value) for value in schema] if isinstance(schema, list) else schema


if __name__ == "__main__":
    {"collection": collection, "builder": builder}[sys.argv[1]]()
