"""Names: which can be one person's, and the parts that a directory wants. A stored name is never normalised."""

from __future__ import annotations

from functools import lru_cache

from chonai.text.folding import kana_fold, search_key, variant_key

IDEOGRAPHIC_SPACE = "\u3000"


def split(name: str) -> tuple[str, str]:
    """Family and given name at the first space (U+3000 or U+0020); a name without one is all family name."""
    family, _, given = name.strip().replace(" ", IDEOGRAPHIC_SPACE).partition(IDEOGRAPHIC_SPACE)
    return family, given.strip(IDEOGRAPHIC_SPACE)


def in_use(legal: str, former: str, uses_former: bool) -> str:
    """The name that a person works under: the former family name before the given name where that is granted, else
    the legal name.
    """
    if not uses_former or not former:
        return legal
    return f"{former}{IDEOGRAPHIC_SPACE}{split(legal)[1]}".rstrip(IDEOGRAPHIC_SPACE)


@lru_cache(maxsize=65536)
def loose_key(name: str) -> str:
    """For telling that two spellings can be one name: a CP932 file has 吉 where a directory has 𠮷."""
    return variant_key(name)


def may_be_same(one: str, other: str) -> bool:
    """Whether two spellings can be one name."""
    return one == other or loose_key(one) == loose_key(other)


def identity(name: str, kana: str) -> str:
    """Equal for two entries that the same-person rule takes for one person: same name, same reading, variants not
    folded.
    """
    return f"{search_key(name)}/{kana_fold(kana)}"
