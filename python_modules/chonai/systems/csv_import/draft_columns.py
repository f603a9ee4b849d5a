"""What the columns of an unknown export hold: guessed from titles and values, with what is not sure said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import permutations

from chonai.change.errors import InputError
from chonai.systems.csv_import.draft_titles import ATTRIBUTES, KEYS, MAIN, NO, SECRETS, YES, words_of
from chonai.systems.csv_import.profile import Kind, Words
from chonai.text.headers import fold_title
from chonai.text.messages import Message, message
from chonai.text.problems import shown


@dataclass(slots=True)
class Guess:
    """One column: `name` is the attribute or the secret."""

    title: str
    values: Sequence[str]
    kind: Kind = Kind.ATTRIBUTE
    name: str = ""
    words: Words | None = None
    required: bool = False
    by_rows: bool = False
    doubts: list[Message] = field(default_factory=list)

    @property
    def folded(self) -> str:
        """The title as it is compared."""
        return fold_title(self.title)

    @property
    def is_full(self) -> bool:
        """No cell is empty."""
        return all(self.values)


def guess_columns(file: str, titles: Sequence[str], rows: Sequence[Sequence[str]]) -> list[Guess]:
    """A guess for each column; those that make the key are `required`.

    Raises InputError when no column, and no two of them, tell the rows apart.
    """
    columns = [Guess(title, [row[n] for row in rows]) for n, title in enumerate(titles)]
    used: set[str] = set()
    for number, column in enumerate(columns, start=1):
        _name(column, number, used)
        _words(column)
        used.add(column.name)
    if not (_single_key(columns) or _key_by_rows(columns) or _double_key(columns)):
        raise InputError("csv_import.no_unique_column", file=file)
    return columns


def _name(column: Guess, number: int, used: set[str]) -> None:
    if column.folded in SECRETS:
        column.kind = Kind.SECRET
        column.name = f"secret{number}" if "initial_password" in used else "initial_password"
        column.doubts += [message("csv_import.doubt_secret"), message("csv_import.doubt_blank")]
        return
    known = "enabled" if column.folded in YES | NO else ATTRIBUTES.get(column.folded)
    column.name = known if known and known not in used else f"column{number}"
    if known is None:
        column.doubts.append(message("csv_import.doubt_meaning"))


def _words(column: Guess) -> None:
    """Yes and no, when the title or two telling words say that they are."""
    words = words_of(column.values) if column.is_full and column.kind is Kind.ATTRIBUTE else None
    if words is None or (column.folded not in YES | NO | MAIN and words.when_true == "1"):
        return
    if column.folded in NO and (words.when_true.isascii() or words.when_true == "○"):
        words = Words(words.when_false, words.when_true)
        column.doubts.append(message("csv_import.doubt_reversed"))
    if len(set(column.values)) == 1:
        column.doubts.append(message("csv_import.doubt_one_word"))
    column.words = words


def _texts(columns: Sequence[Guess]) -> list[Guess]:
    """Columns that may make a key, the most likely first."""
    found = [one for one in columns if one.kind is Kind.ATTRIBUTE and one.words is None and one.is_full]
    return sorted(found, key=lambda one: KEYS.index(one.name) if one.name in KEYS else len(KEYS))


def _single_key(columns: Sequence[Guess]) -> bool:
    unique = [one for one in _texts(columns) if _is_unique(one.values)]
    if not unique:
        return False
    unique[0].required = True
    others = ", ".join(shown(one.title) for one in unique[1:])
    if others:
        unique[0].doubts.append(message("csv_import.doubt_key", others=others))
    return True


def _key_by_rows(columns: Sequence[Guess]) -> bool:
    """One row for each post: a column that repeats while one other (and a mark of yes and no) differs."""
    for key in (one for one in _texts(columns) if one.name in KEYS):
        varying = [one for one in columns if one is not key and one.kind is not Kind.SECRET and _varies(key, one)]
        sets = [one for one in varying if one.words is None]
        marks = [one for one in varying if one.words is not None]
        is_set = len(sets) == 1 and sets[0].is_full and _is_unique(_pairs(key, sets[0]))
        if is_set and len(marks) <= 1 and all(_marks_one(key, mark) for mark in marks):
            _take_rows(key, sets[0], marks)
            return True
    return False


def _take_rows(key: Guess, rows: Guess, marks: Sequence[Guess]) -> None:
    key.required, rows.by_rows = True, True
    rows.doubts.append(message("csv_import.doubt_rows", key=shown(key.title)))
    for mark in marks:
        mark.kind, mark.name = Kind.MARK, "main_" + rows.name
        mark.doubts.append(message("csv_import.doubt_mark", rows=shown(rows.title)))


def _double_key(columns: Sequence[Guess]) -> bool:
    for first, second in permutations(_texts(columns), 2):
        if _is_unique(_pairs(first, second)):
            first.required = second.required = True
            first.doubts.append(message("csv_import.doubt_double_key", other=shown(second.title)))
            return True
    return False


def _is_unique(values: Sequence[str]) -> bool:
    return len({value.casefold() for value in values}) == len(values)


def _pairs(first: Guess, second: Guess) -> list[str]:
    return [f"{one}\0{other}" for one, other in zip(first.values, second.values, strict=True)]


def _varies(key: Guess, column: Guess) -> bool:
    seen: dict[str, str] = {}
    return any(seen.setdefault(one, value) != value for one, value in zip(key.values, column.values, strict=True))


def _marks_one(key: Guess, mark: Guess) -> bool:
    """Whether no object has two rows that say yes."""
    yes: dict[str, int] = defaultdict(int)
    for one, value in zip(key.values, mark.values, strict=True):
        yes[one] += mark.words is not None and value == mark.words.when_true
    return max(yes.values()) <= 1
