"""By what an item of a request is the same when it comes again: by its type, the request's number and its own name,
however wide and in whatever case they are written.
"""

from __future__ import annotations

from chonai.change.model import NEW, Key
from chonai.text.folding import search_key

_QUOTED = {"%": "%25", " ": "%20", ",": "%2C"}
"""What stands between the parts of a mark or a tag; % comes first here, and last on the way back."""
_BETWEEN = ", "
"""Between the tags of an object that was given back more than once."""

Identity = tuple[str, str, str]


def identity(type_: str, request: str, item: str) -> Identity:
    """What two spellings of one item share."""
    return type_, search_key(request), search_key(item)


def item_mark(request: str, item: str) -> str:
    """An item of a request in one text, which is that of no other item."""
    return f"{_quoted(search_key(request))} {_quoted(search_key(item))}"


def new_key(type_: str, request: str, item: str) -> Key:
    """The key of what is made for an item, until the ledger gives it one."""
    number = _quoted(request).replace("/", "%2F")  # so that the first / stands between the two
    return Key(type_, f"{NEW}{number}/{item}")


def tag(request: str, item: str) -> str:
    """An item as it stands in what it gave back, for people to read."""
    return f"{_quoted(request)} {_quoted(item)}"


def tags(ended_by: str) -> list[str]:
    """All items that gave an object back, the last one at the end."""
    return ended_by.split(_BETWEEN) if ended_by else []


def with_tag(ended_by: str, new: str) -> str:
    """The tags and one more."""
    return _BETWEEN.join([*tags(ended_by), new])


def mark_of(tag_: str) -> str:
    """The mark of the item that a tag names."""
    request, _, item = tag_.partition(" ")
    return item_mark(_unquoted(request), _unquoted(item))


def _quoted(part: str) -> str:
    for sign, code in _QUOTED.items():
        part = part.replace(sign, code)
    return part


def _unquoted(part: str) -> str:
    for sign, code in reversed(_QUOTED.items()):
        part = part.replace(code, sign)
    return part
