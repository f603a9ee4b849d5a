"""Section codes and staff numbers: zeros that Excel dropped, and the 課 that a 係 belongs to."""

from __future__ import annotations

from chonai.operations.personnel.policy import CityPolicy, SectionCodes
from chonai.operations.personnel.records import StaffKey


def padded(text: str, width: int) -> str | None:
    """The digits with their lost leading zeros; None when it is not a number of at most `width` digits."""
    return text.zfill(width) if text.isascii() and text.isdigit() and len(text) <= width else None


def section_code(text: str, codes: SectionCodes) -> str | None:
    """A section code in full width, or None when it cannot be one."""
    return padded(text, sum(codes.widths))


def office(code: str, codes: SectionCodes) -> str:
    """The code of the section that has an OU and a group: the 課 of a 係, otherwise the section itself."""
    kept = sum(codes.widths[: codes.office_levels])
    return code[:kept].ljust(len(code), "0")


def division(code: str, codes: SectionCodes) -> str:
    """The code of the 部."""
    return code[: codes.widths[0]].ljust(len(code), "0")


def parent(code: str, codes: SectionCodes) -> str | None:
    """The code of the section above an office; None for a 部."""
    ends = [sum(codes.widths[: n + 1]) for n in range(codes.office_levels)]
    kept = [0, *(end for end, width in zip(ends, codes.widths, strict=False) if code[end - width : end].strip("0"))]
    return code[: kept[-2]].ljust(len(code), "0") if len(kept) > 2 else None


def level(code: str, codes: SectionCodes) -> int:
    """How deep an office is: 1 for a 部, 2 for a 課."""
    above = parent(code, codes)
    return 1 if above is None else 1 + level(above, codes)


def account_name(key: StaffKey, policy: CityPolicy) -> str:
    """The account name that a new person gets. It is theirs for good, whatever number they have later."""
    return f"{policy.bodies[key.body].prefix}{key.number}"
