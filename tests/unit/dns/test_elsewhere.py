"""What stands in the zones and no request may change: names that others serve, types that requests do not know."""

from __future__ import annotations

import pytest

from tests.unit.dns.zones import DOMAIN, REVERSE, asked, right, rrset, warned, wrong, zones

# what others serve --------------------------------------------------------------------------------------------------

BRANCH = (rrset("branch", "NS", f"ns.branch.{DOMAIN}", "ns.elsewhere.example."), rrset("ns.branch", "A", "10.20.5.53"))


@pytest.mark.parametrize(
    "row",
    [
        "LGWAN系,追加,pc.branch,A,10.20.5.1,,しない,",
        "LGWAN系,追加,branch,TXT,x,,,",
        "LGWAN系,追加,a.b.branch,CNAME,portal,,,",
        "LGWAN系,変更,ns.branch,TXT,x,,,",
    ],
)
def test_names_that_are_delegated_are_asked_for_elsewhere(row: str) -> None:
    outcome = asked(row, state=zones(*BRANCH))
    assert wrong(outcome) == ["dns_request.delegated"]
    assert f"branch.{DOMAIN}" in str(outcome.problems[0])
    assert "ns.elsewhere.example." in str(outcome.problems[0])


def test_glue_and_the_delegation_itself_are_ours() -> None:
    rows = ("LGWAN系,変更,ns.branch,A,10.20.5.54,,しない,", "LGWAN系,追加,branch,NS,ns3.elsewhere.example.,,,")
    assert len(right(asked(*rows, state=zones(*BRANCH)))) == 2
    rows = ("LGWAN系,削除,branch,NS,,,,", "LGWAN系,追加,pc.branch,TXT,x,,,")
    assert len(right(asked(*rows, state=zones(*BRANCH)))) == 2


def test_what_a_new_delegation_would_hide_is_told() -> None:
    state = zones(rrset("pc.branch", "A", "10.20.5.1"), rrset("ns.branch", "A", "10.20.5.53"))
    row = "LGWAN系,追加,branch,NS,ns.branch,,,"
    outcome = asked(row, state=state)
    assert wrong(outcome) == ["dns_request.would_hide"]
    assert f"pc.branch.{DOMAIN} A" in str(outcome.problems[0])
    assert len(right(asked(row, "LGWAN系,削除,pc.branch,,,,,", state=state))) == 2


CLASSLESS = f"0-63.90.{REVERSE}"


def test_a_ptr_goes_where_a_classless_delegation_has_it() -> None:
    """RFC 2317: the reverse name is a CNAME to a name in a zone of its own, which is ours here."""
    soa = f"ns1.{DOMAIN} hostmaster.{DOMAIN} 1 2 3 4 5"
    aliases = [rrset(f"{n}.90.{REVERSE}", "CNAME", f"{n}.{CLASSLESS}") for n in (31, 32)]
    old = [rrset("old", "A", "10.20.90.32"), rrset(f"32.{CLASSLESS}", "PTR", f"old.{DOMAIN}")]
    state = zones(rrset(CLASSLESS, "SOA", soa), *aliases, *old)
    assert not asked(state=state).warnings
    outcome = asked("LGWAN系,追加,new,A,10.20.90.31,,,", "LGWAN系,削除,old,,,,,", state=state)
    assert right(outcome) == [
        f"create 31.{CLASSLESS} PTR new.{DOMAIN}",
        f"create new.{DOMAIN} A 10.20.90.31",
        f"delete 32.{CLASSLESS} PTR",
        f"delete old.{DOMAIN} A",
    ]
    rows = ("LGWAN系,追加,new,A,10.20.90.31,,しない,", f"LGWAN系,追加,31.{CLASSLESS},PTR,new,,,")
    assert f"create 31.{CLASSLESS} PTR new.{DOMAIN}" in right(asked(*rows, state=state))


def test_a_ptr_that_others_serve_is_asked_for_there() -> None:
    row = "LGWAN系,追加,new,A,10.20.90.31,,,"
    behind = zones(rrset(f"31.90.{REVERSE}", "CNAME", "31.0-63.isp.example."))
    outcome = asked(row, state=behind)
    assert wrong(outcome) == ["dns_request.reverse_behind_cname"]
    assert "31.0-63.isp.example." in str(outcome.problems[0])
    delegated = zones(rrset(f"90.{REVERSE}", "NS", "ns.isp.example."))
    outcome = asked(row, state=delegated)
    assert wrong(outcome) == ["dns_request.reverse_delegated"]
    assert "ns.isp.example." in str(outcome.problems[0])
    for state in (behind, delegated):
        assert right(asked("LGWAN系,追加,new,A,10.20.90.31,,しない,", state=state)) == [
            f"create new.{DOMAIN} A 10.20.90.31"
        ]
    assert wrong(asked(f"LGWAN系,追加,31.90.{REVERSE},PTR,portal,,,", state=behind))[0] == "dns_request.behind_cname"


# what requests do not know -------------------------------------------------------------------------------------------


def test_records_of_other_types_are_seen() -> None:
    state = zones(rrset("host", "SSHFP", "4 2 1234"), rrset("alias", "CNAME", f"host.{DOMAIN}"))
    assert not asked(state=state).warnings, "a name with an unknown type exists"
    outcome = asked("LGWAN系,追加,host,CNAME,portal,,,", state=state)
    assert wrong(outcome) == ["dns_request.beside_foreign"]
    assert "SSHFP" in str(outcome.problems[0])
    outcome = asked("LGWAN系,追加,host,A,10.20.1.60,,しない,", "LGWAN系,削除,alias,,,,,", state=state)
    assert len(right(outcome)) == 2


def test_what_a_removal_of_all_types_leaves_is_told() -> None:
    state = zones(rrset("host", "SSHFP", "4 2 1234"), rrset("host", "TXT", '"x"'))
    outcome = asked("LGWAN系,削除,host,,,,,", state=state)
    assert right(outcome) == [f"delete host.{DOMAIN} TXT"]
    assert "dns_request.foreign_stays" in warned(outcome)


def test_what_a_signing_server_adds_stands_beside_anything() -> None:
    state = zones(rrset("www", "RRSIG", "..."), rrset("www", "NSEC", "..."))
    assert right(asked("LGWAN系,変更,www,CNAME,ns1,,,", state=state)) == [f"update www.{DOMAIN} CNAME ns1.{DOMAIN}"]
    assert right(asked("LGWAN系,削除,www,,,,,", state=state)) == [f"delete www.{DOMAIN} CNAME"]
