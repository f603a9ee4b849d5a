"""Any text survives: in documents, in the names of elements, and from one record to another."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chonai.systems.scim.documents import parse as parsed
from chonai.systems.scim.documents import written
from chonai.systems.scim.edits import Amend, Assign, document
from chonai.systems.scim.paths import Path, parse, value
from chonai.systems.scim.types import DEFAULT_PATHS, USER

TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
SETS = st.frozensets(TEXT, max_size=5)
SCALARS = [path for notation in DEFAULT_PATHS[USER].values() if (path := parse(notation)) and not path.many]
NOTES = Path("entitlements", sub="value", many=True)


@given(st.sampled_from(SCALARS), TEXT, TEXT)
def test_a_text_is_what_it_was_after_a_journey(path: Path, old: str, new: str) -> None:
    resource = document([Assign(path, old)], {})
    assert value(resource, path) == old
    there = parsed(written(document([Assign(path, new)], resource)))
    assert value(there, path) == new
    assert value(document([Assign(path, None)], there or {}), path) is None


@given(SETS, SETS, SETS)
def test_a_set_loses_and_gains_what_it_is_told(
    held: frozenset[str], gone: frozenset[str], come: frozenset[str]
) -> None:
    resource = document([Amend(NOTES, come=tuple((one, {}) for one in sorted(held)))], {})
    changed = document([Amend(NOTES, gone, tuple((one, {}) for one in sorted(come)))], resource)
    assert value(parsed(written(changed)), NOTES) == (held - gone) | come
