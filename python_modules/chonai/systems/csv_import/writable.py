"""Whether a file can hold a text as it is. If not, why, and what could stand there instead: for people to decide.

Nothing is replaced. Python's own encoder is not trusted alone: it writes 〜 and − into CP932 as other characters.
"""

from __future__ import annotations

import re
import unicodedata

from chonai.systems.csv_import.profile import Column, Encoding, FileProfile, Format, Formula, Quoting
from chonai.text.folding import variant_key
from chonai.text.messages import Message, message
from chonai.text.problems import shown

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_INVISIBLE = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\ufeff]")
_SELECTOR = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_ALIKE = dict(zip("〜−‖¢£¬—", "～－∥￠￡￢―", strict=True))


def fault(text: str, column: Column, file: FileProfile) -> Message | None:
    """Why the column cannot hold this text; None when it can. An empty text always can."""
    form = file.format
    return (
        _unencodable(text, column, form.encoding)
        or _misplaced(text, column, form)
        or _too_long(text, column, form)
        or _clashing(text, column, file)
    )


def looks_like_formula(text: str) -> bool:
    """Whether a spreadsheet would run the text, or an apostrophe keeps it from that."""
    return bool(_FORMULA.match(text))


def escaped(text: str, form: Format) -> str:
    """The cell for a text: with an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{text}" if form.formula is Formula.APOSTROPHE and _FORMULA.match(text) else text


def unescaped(cell: str, form: Format) -> str:
    """The text of a cell; the opposite of `escaped`."""
    is_escaped = form.formula is Formula.APOSTROPHE and cell.startswith("'") and _FORMULA.match(cell)
    return cell[1:] if is_escaped else cell


def can_hold(encoding: Encoding, text: str) -> bool:
    """Whether the text comes back from these bytes as it was."""
    try:
        return text.encode(encoding.codec).decode(encoding.codec) == text
    except UnicodeEncodeError:
        return False


def _unencodable(text: str, column: Column, encoding: Encoding) -> Message | None:
    if can_hold(encoding, text):
        return None
    character = next(one for one in text if not can_hold(encoding, one))
    return message(
        "csv_import.not_in_encoding",
        column=column.title,
        value=shown(text),
        character=shown(character),
        code_point=f"U+{ord(character):04X}",
        encoding=encoding.name,
        suggestion=_suggestion(text, encoding),
    )


def _suggestion(text: str, encoding: Encoding) -> Message:
    """A text that the encoding holds and that people read alike, if there is one. Only what does not fit is changed."""
    composed = unicodedata.normalize("NFC", text)
    for other in (_SELECTOR.sub("", text), composed, _SELECTOR.sub("", composed)):
        alike = "".join(one if can_hold(encoding, one) else _alike(one) for one in other)
        if alike.strip() and can_hold(encoding, alike):
            return message("csv_import.suggest_text", text=shown(alike))
    return message("csv_import.suggest_nothing")


def _alike(character: str) -> str:
    return _ALIKE.get(character) or variant_key(character)


def _misplaced(text: str, column: Column, form: Format) -> Message | None:
    """Characters that would break the row, or that nobody can see."""
    found = _INVISIBLE.search(text)
    if found is None and form.quoting is Quoting.NONE:
        found = re.search(rf"[{re.escape(form.delimiter)}\r\n]", text)
    if found is None:
        return None
    point = f"U+{ord(found.group()):04X}"
    return message("csv_import.not_in_cell", column=column.title, value=shown(text), code_point=point)


def _too_long(text: str, column: Column, form: Format) -> Message | None:
    size = len(escaped(text, form).encode(form.encoding.codec))
    if column.max_bytes is None or size <= column.max_bytes:
        return None
    fields = {"bytes": size, "most": column.max_bytes, "encoding": form.encoding.name}
    return Message("csv_import.too_long", {"column": column.title, "value": shown(text), **fields})


def _clashing(text: str, column: Column, file: FileProfile) -> Message | None:
    """Texts that would mean something else to the product or to a spreadsheet."""
    if text == file.clear_with:
        return message("csv_import.is_clear_word", column=column.title, value=text)
    if file.format.formula is Formula.REFUSE and _FORMULA.match(text) and not text.startswith("'"):
        point = f"U+{ord(text[0]):04X}"
        return message("csv_import.formula", column=column.title, value=shown(text), code_point=point)
    return None
