"""Security descriptors as bytes, as values and as text say the same."""

from __future__ import annotations

import pytest

from chonai.systems.folders.descriptor import (
    Ace,
    Descriptor,
    flags_of,
    flags_text,
    from_sddl,
    packed,
    sid_bytes,
    sid_text,
    to_sddl,
    unpacked,
)

TEXTS = [
    "O:S-1-5-32-544G:S-1-5-21-767726903-180936325-3865436992-513D:PAI(A;OICI;0x1f01ff;;;S-1-5-18)",
    "D:AI(D;OICI;0x2;;;S-1-1-0)(A;OICIIOID;0x10000000;;;S-1-3-0)",
    "D:(A;;0x1200a9;;;S-1-22-2-0)",
    "D:P",
]


@pytest.mark.parametrize("text", TEXTS)
def test_text_to_bytes_and_back(text: str) -> None:
    assert to_sddl(unpacked(packed(from_sddl(text)))) == text


def test_bytes_as_servers_send_them() -> None:
    """[MS-DTYP] 2.4.6: owner, group and list by their offsets from the beginning."""
    data = bytes.fromhex(
        "0100048c14000000240000000000000034000000"
        "01020000000000052000000020020000"
        "01020000000000052000000020020000"
        "020020000100000000031800ff011f0001020000000000052000000020020000"
    )
    assert to_sddl(unpacked(data)) == "O:S-1-5-32-544G:S-1-5-32-544D:AI(A;OICI;0x1f01ff;;;S-1-5-32-544)"


def test_entries_of_other_kinds_travel_unread_and_have_no_text() -> None:
    """A conditional entry (kind 9) keeps what stands behind its SID; an object entry (kind 5) is not read at all."""
    aces = (Ace(9, 0, 0x1200A9, "S-1-1-0", b"artx\0\0\0\0"), Ace(5, 0, 0, "", b"\x01\0\0\0\0\0\0\0"))
    descriptor = Descriptor("S-1-5-18", "S-1-5-18", 0x8004, aces)
    assert unpacked(packed(descriptor)) == descriptor
    with pytest.raises(ValueError, match="no simple text"):
        to_sddl(descriptor)


def test_a_missing_list_is_not_an_empty_one() -> None:
    data = bytes.fromhex("0100008000000000000000000000000000000000")
    assert unpacked(data).aces is None
    assert unpacked(packed(from_sddl("D:P"))).aces == ()


@pytest.mark.parametrize("text", ["", "D:(A;OICI;FA;;;BA)", "D:(A;;0x1;;;S-1-1-0", "D:(X;;0x1;;;S-1-1-0)", "S-1-1-0"])
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"descriptor"):
        from_sddl(text)


def test_broken_bytes_are_refused() -> None:
    with pytest.raises(ValueError, match="no security descriptor"):
        unpacked(packed(from_sddl(TEXTS[0]))[:40])


def test_sids() -> None:
    for sid in ("S-1-5-21-4294967295-1-2-512", "S-1-1-0", "S-1-16-12288"):
        assert sid_text(sid_bytes(sid)) == sid


def test_flags() -> None:
    assert flags_of(flags_text(0x0B)) == 0x0B
    with pytest.raises(ValueError, match="XX"):
        flags_of("OIXX")
