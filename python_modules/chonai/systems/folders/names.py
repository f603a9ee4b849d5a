"""Which names a folder on a Windows file server can have. Pure; usable before anything is planned.

Source: "Naming Files, Paths, and Namespaces", Microsoft Learn.
"""

from __future__ import annotations

from chonai.text.messages import Message, message

LONGEST = 255
FORBIDDEN = frozenset('<>:"/\\|?*') | frozenset(map(chr, range(32)))
_NUMBERS = "123456789¹²³"
RESERVED = frozenset(
    {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"} | {f"{device}{n}" for device in ("COM", "LPT") for n in _NUMBERS}
)


def problem(name: object) -> Message | None:
    """What is wrong with a folder's name, None when nothing is."""
    if not isinstance(name, str) or not name:
        return message("folders.name_empty")
    bad = sorted(FORBIDDEN.intersection(name)) + [char for char in name if "\ud800" <= char <= "\udfff"]
    if bad:
        return message(
            "folders.name_character", name=ascii(name) if bad[0] < " " else name, code=f"U+{ord(bad[0]):04X}"
        )
    if name[-1] in ". " or name[0] == " ":
        return message("folders.name_edge", name=name)
    if name.partition(".")[0].rstrip(" ").upper() in RESERVED:
        return message("folders.name_reserved", name=name)
    length = len(name.encode("utf-16-le")) // 2
    return message("folders.name_long", name=name, length=length, longest=LONGEST) if length > LONGEST else None
