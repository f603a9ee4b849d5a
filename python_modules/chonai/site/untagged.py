"""Values of Ansible as plain Python: what chonai keeps and signs has none of Ansible's own kinds in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_NUMBERS = (bool, int, float)


def untagged(value: Any) -> Any:
    """A value without Ansible's tags and lazy containers. Everything that is no container, number or yes-or-no becomes
    text, such as the days that YAML knows.
    """
    if isinstance(value, Mapping):
        return {str(name): untagged(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [untagged(item) for item in value]
    for kind in _NUMBERS:
        if isinstance(value, kind):
            return kind(value)
    return None if value is None else str(value)
