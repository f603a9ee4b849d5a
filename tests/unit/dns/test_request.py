"""Requests as people write them, and policies as cities do."""

from __future__ import annotations

import pytest

from chonai.change.errors import InputError
from chonai.operations.dns.policy import dns_policy, server_policy
from chonai.operations.dns.request import Action, Request, read_request
from chonai.operations.files import File
from tests.unit.dns.zones import policy


def written(text: str) -> Request:
    return read_request(File("request.yml", text.encode()), policy())


def codes(request: Request) -> list[str]:
    return [str(getattr(one.fields.get("what"), "code", one.code)) for one in request.problems]


def test_yaml_says_the_same_as_a_table() -> None:
    request = written(
        "reason: 申請1\n"
        "records:\n"
        "  - {network: LGWAN系, name: portal, value: [10.20.1.1, 10.20.1.2], ttl: 300, reverse: false}\n"
        "  - {network: lgwan, name: old, action: remove, reason: 申請2}\n"
    )
    assert not request.problems
    first, second = request.rows
    assert (first.network, first.type, first.values, first.ttl) == ("lgwan", "A", ("10.20.1.1", "10.20.1.2"), 300)
    assert (first.action, first.reverse, first.reason) == (Action.ADD, False, "申請1")
    assert (second.action, second.type, second.reason, second.reverse) == (Action.REMOVE, "", "申請2", True)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("records: [", ["text.yaml_unreadable"]),
        ("- a", ["dns_request.not_request"]),
        ("records: []", ["dns_request.not_request"]),
        ("record: []", ["dns_request.not_request"]),
        ("{reason: [a, b], records: [{network: lgwan, name: a}]}", ["dns_request.not_request"]),
        ("records: [portal]", ["dns_request.not_record"]),
        ("records: [{network: lgwan, name: a, adress: 10.20.1.1, action: remove}]", ["dns_request.unknown_key"]),
        ("records: [{network: 'no', action: remove}]", ["dns_request.unknown_network", "dns_request.missing"]),
        ("records: [{network: lgwan, name: a, value: &a [*a]}]", ["text.yaml_alias"]),
        ("records: [{network: lgwan, name: a, value: {b: c}}]", ["dns_request.not_text"]),
        ("records: [{network: lgwan, name: a, value: [[b]]}]", ["dns_request.not_text"]),
        ("records: " + "[" * 5000, ["text.yaml_deep"]),
    ],
)
def test_what_is_no_request_is_told(text: str, found: list[str]) -> None:
    assert codes(written(text)) == found


def test_yaml_is_read_as_it_is_written() -> None:
    [row] = written("records: [{network: lgwan, name: on, type: TXT, value: [2026-11-27, 1:30, 1.10, 010]}]").rows
    assert (row.name, row.values) == ("on", ("2026-11-27", "1:30", "1.10", "010"))


def test_a_table_may_lack_columns_and_have_others() -> None:
    request = read_request(
        File("r.csv", "ネットワーク,FQDN,IPアドレス,担当\nLGWAN系,a,2001:DB8::1,佐藤\n".encode("cp932")), policy()
    )
    [row] = request.rows
    assert (row.type, row.values, row.reason) == ("AAAA", ("2001:DB8::1",), "r.csv 2")
    assert "担当" in str(request.warnings[0])
    assert read_request(File("r.csv", "名前,値\na,b\n".encode()), policy()).problems


def test_policies_are_wrong_all_at_once() -> None:
    wrong = {"networks": {"lgwan": []}, "ttl": {"default": 10}, "host_names": ["("]}
    with pytest.raises(InputError) as caught:
        dns_policy(wrong)
    assert {one.code for one in caught.value.details} == {
        "dns_request.policy_ttl_order",
        "dns_request.policy_no_pattern",
    }
    with pytest.raises(InputError) as caught:
        server_policy({"network": "no", "domain": "a..b"}, policy())
    assert {one.code for one in caught.value.details} == {
        "dns_request.policy_no_network",
        "dns_request.policy_no_domain",
    }
    with pytest.raises(InputError):
        dns_policy({})
