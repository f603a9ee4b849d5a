"""Requests and answers on the wire, checked against ldap3's own encoder and decoder."""

from __future__ import annotations

from typing import Any

import pytest
from ldap3 import BASE, DEREF_NEVER
from ldap3.operation.add import add_operation
from ldap3.operation.delete import delete_operation
from ldap3.operation.modify import modify_operation
from ldap3.operation.modifyDn import modify_dn_operation
from ldap3.operation.search import search_operation
from ldap3.protocol.rfc4511 import LDAPMessage, MessageID, ProtocolOp
from ldap3.utils.asn1 import encode

from chonai.systems.directory import ber, filters, protocol
from chonai.systems.directory.protocol import Add, Delete, Mod, Modify, Rename, Request, Search, SearchScope

DN = "CN=税務　花子,OU=課,DC=x"


def theirs(name: str, operation: Any, message_id: int = 300) -> bytes:
    message = LDAPMessage()
    message["messageID"] = MessageID(message_id)
    message["protocolOp"] = ProtocolOp().setComponentByName(name, operation)
    return bytes(encode(message))


@pytest.mark.parametrize(
    ("request_", "name", "operation"),
    [
        (Add(DN, [("title", [b"x" * 200])]), "addRequest", add_operation(DN, {"title": ["x" * 200]}, True)),
        (
            Modify(DN, [(Mod.DELETE, "title", [b"a"]), (Mod.ADD, "title", [b"b"])]),
            "modifyRequest",
            modify_operation(DN, {"title": [("MODIFY_DELETE", ["a"]), ("MODIFY_ADD", ["b"])]}, True),
        ),
        (
            Rename(DN, "CN=b", "OU=新課,DC=x"),
            "modDNRequest",
            modify_dn_operation(DN, "CN=b", True, "OU=新課,DC=x"),
        ),
        (Delete(DN), "delRequest", delete_operation(DN)),
        (
            Search(
                DN,
                filters.all_of([filters.equals("cn", "a"), filters.present("sn")]),
                ("cn", "sn"),
                SearchScope.BASE,
            ),
            "searchRequest",
            search_operation(DN, "(&(cn=a)(sn=*))", BASE, DEREF_NEVER, ["cn", "sn"], 0, 0, False, False, True),
        ),
    ],
)
def test_requests_are_what_ldap3_would_send(request_: Request, name: str, operation: Any) -> None:
    assert protocol.encode(300, request_) == theirs(name, operation)


def entry(dn: str, values: dict[str, list[bytes]]) -> bytes:
    attributes = (
        ber.sequence((ber.octets(name), ber.sequence(map(ber.octets, raws), ber.SET))) for name, raws in values.items()
    )
    body = ber.sequence((ber.octets(dn), ber.sequence(attributes)), protocol.ENTRY)
    return ber.sequence((ber.integer(7), body))


def test_entries_are_read_whatever_their_size() -> None:
    values = {
        "displayName": ["髙﨑".encode()],
        "thumbnailPhoto": [bytes(70_000)],
        "member": [b"%d" % n for n in range(900)],
    }
    data = b"before" + entry(DN, values)
    start, end = ber.header(data, 6)
    message_id, tag, at = protocol.message(data, start)
    names: dict[bytes, str] = {}
    assert (message_id, tag, end) == (7, protocol.ENTRY, len(data))
    assert protocol.entry(data, at, names) == (DN, {name.lower(): raws for name, raws in values.items()})
    assert names[b"displayName"] == "displayname"


def test_a_result_tells_code_text_and_cookie() -> None:
    parts = (ber.integer(19, ber.ENUMERATED), ber.octets(""), ber.octets("0000052D: 短い"))
    control_value = ber.octets(ber.sequence((ber.integer(0), ber.octets(b"next"))))
    control = ber.sequence((ber.octets(protocol.PAGED), control_value))
    data = ber.sequence(parts, 0x65) + ber.sequence((control,), 0xA0)
    assert protocol.result(data, 0, len(data)) == (19, "0000052D: 短い", b"next")
    assert protocol.result(data, 0, len(ber.sequence(parts, 0x65))) == (19, "0000052D: 短い", b"")


@pytest.mark.parametrize("size", [0, 1, 127, 128, 255, 256, 65_535, 65_536])
def test_lengths_are_written_and_read(size: int) -> None:
    data = ber.octets(bytes(size))
    start, end = ber.header(data, 0)
    assert (end - start, end) == (size, len(data))


def test_a_header_that_is_cut_off_is_not_guessed() -> None:
    data = ber.octets(bytes(300))
    for cut in range(1, 4):
        with pytest.raises(IndexError):
            ber.header(data[:cut], 0)
