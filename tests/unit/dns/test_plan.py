"""What a request makes of zones."""

from __future__ import annotations

import pytest

from tests.unit.dns.zones import DOMAIN, REVERSE, REVERSE6, asked, policy, right, rrset, table, warned, wrong, zones

# what comes and goes -----------------------------------------------------------------------------------------------


def test_an_address_comes_with_its_ptr() -> None:
    outcome = asked(
        "LGWAN系,追加,SW-HON-3F-01,A,10.20.90.31,,,申請1", "LGWAN系,,sw-hon-3f-01,,2001:db8:20:1::31,300,,申請1"
    )
    assert right(outcome) == [
        f"create 1.3.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.{REVERSE6} PTR sw-hon-3f-01.{DOMAIN}",
        f"create 31.90.{REVERSE} PTR sw-hon-3f-01.{DOMAIN}",
        f"create sw-hon-3f-01.{DOMAIN} A 10.20.90.31",
        f"create sw-hon-3f-01.{DOMAIN} AAAA 2001:db8:20:1::31",
    ]
    assert set(outcome.reasons.values()) == {"申請1"}
    ttls = {key.id.rpartition(" ")[2]: record["ttl"] for key, record in outcome.desired.items()}
    assert (ttls["A"], ttls["AAAA"]) == (3600, 300)


def test_an_address_that_changes_takes_its_ptr_along() -> None:
    assert right(asked("LGWAN系,変更,portal,A,10.20.1.11,,,")) == [
        f"create 11.1.{REVERSE} PTR portal.{DOMAIN}",
        f"update portal.{DOMAIN} A 10.20.1.11",
        f"delete 10.1.{REVERSE} PTR",
    ]


def test_a_name_goes_with_all_that_it_has() -> None:
    state = zones(rrset("portal", "TXT", '"x"'))
    assert right(asked("LGWAN系,削除,portal,,,,,", "LGWAN系,削除,www,,,,,", state=state)) == [
        f"delete 10.1.{REVERSE} PTR",
        f"delete portal.{DOMAIN} A",
        f"delete portal.{DOMAIN} TXT",
        f"delete www.{DOMAIN} CNAME",
    ]


def test_values_come_and_go_one_by_one_and_others_stay() -> None:
    state = zones(rrset(DOMAIN, "TXT", '"theirs"', '"old"'))
    rows = ("LGWAN系,追加,@,TXT,new,,,", "LGWAN系,削除,@,TXT,old,,,")
    outcome = asked(*rows, state=state)
    assert right(outcome) == [f'update {DOMAIN} TXT "new"']
    [record] = outcome.desired.values()
    assert record["data"] == {'"theirs"', '"new"'}


def test_change_says_all_values_in_as_many_rows_as_it_likes() -> None:
    rows = ("LGWAN系,変更,portal,A,10.20.1.12,,,", "LGWAN系,変更,portal,A,10.20.1.13,,,")
    assert f"update portal.{DOMAIN} A 10.20.1.12, 10.20.1.13" in right(asked(*rows))


def test_a_host_becomes_an_alias_and_an_alias_a_host() -> None:
    """The new one waits until the old one is gone: BIND would leave it out without a word."""
    to_alias = right(asked("LGWAN系,削除,portal,A,,,,", "LGWAN系,追加,portal,CNAME,ns1,,,", "LGWAN系,削除,www,,,,,"))
    assert to_alias.index(f"delete portal.{DOMAIN} A") < to_alias.index(f"create portal.{DOMAIN} CNAME ns1.{DOMAIN}")
    to_host = right(asked("LGWAN系,削除,www,CNAME,,,,", "LGWAN系,追加,www,A,10.20.1.80,,,"))
    assert to_host.index(f"delete www.{DOMAIN} CNAME") < to_host.index(f"create www.{DOMAIN} A 10.20.1.80")


def test_an_alias_becomes_a_host_with_two_addresses() -> None:
    """Both wait until the alias is gone; neither has its name."""
    rows = [
        "LGWAN系,削除,www,CNAME,,,,",
        "LGWAN系,追加,www,A,10.20.1.80,,,",
        "LGWAN系,追加,www,AAAA,2001:db8:20:1::80,,,",
    ]
    changes = right(asked(*rows))
    gone = changes.index(f"delete www.{DOMAIN} CNAME")
    assert gone < changes.index(f"create www.{DOMAIN} A 10.20.1.80")
    assert gone < changes.index(f"create www.{DOMAIN} AAAA 2001:db8:20:1::80")


def test_names_are_japanese_wildcards_and_whole_ones() -> None:
    rows = (
        "LGWAN系,追加,施設予約,CNAME,ポータル.example.,,,",
        "LGWAN系,追加,*.preview,A,10.20.1.40,,,",
        f"LGWAN系,追加,a.b.{DOMAIN},A,10.20.1.41,,,",
        "LGWAN系,追加,c,CNAME,www.example．,,,",
    )
    outcome = asked(*rows)
    assert right(outcome) == [
        f"create *.preview.{DOMAIN} A 10.20.1.40",
        f"create 41.1.{REVERSE} PTR a.b.{DOMAIN}",
        f"create a.b.{DOMAIN} A 10.20.1.41",
        f"create c.{DOMAIN} CNAME www.example.",
        f"create xn--0kqq97c2oq86l.{DOMAIN} CNAME xn--5ckzcybvd.example.",
    ]
    assert f"施設予約.{DOMAIN} CNAME" in {record["name"] for record in outcome.desired.values()}


def test_a_delegation_with_its_glue() -> None:
    rows = ("LGWAN系,追加,branch,NS,ns.branch,,,", "LGWAN系,追加,ns.branch,A,10.20.5.53,,しない,")
    assert right(asked(*rows)) == [
        f"create branch.{DOMAIN} NS ns.branch.{DOMAIN}",
        f"create ns.branch.{DOMAIN} A 10.20.5.53",
    ]


def test_rows_for_other_networks_are_left_to_others() -> None:
    outcome = asked("internet,追加,www,A,192.0.2.1,,,")
    assert right(outcome) == []
    assert warned(outcome) == {"dns_request.other_networks", ""}


def test_what_is_so_already_changes_nothing() -> None:
    outcome = asked(
        "LGWAN系,追加,portal,A,10.20.1.10,,,", "LGWAN系,変更,www,CNAME,portal,,,", "LGWAN系,削除,gone,A,,,,"
    )
    assert right(outcome) == []
    assert "dns_request.gone_already" in warned(outcome)


def test_a_ptr_that_names_somebody_who_left_is_taken_over() -> None:
    state = zones(rrset(f"50.1.{REVERSE}", "PTR", f"old.{DOMAIN}"))
    assert right(asked("LGWAN系,追加,new,A,10.20.1.50,,,", state=state)) == [
        f"create new.{DOMAIN} A 10.20.1.50",
        f"update 50.1.{REVERSE} PTR new.{DOMAIN}",
    ]


@pytest.mark.parametrize("theirs", ["pc-001.elsewhere.example.", f"pc-001.branch.{DOMAIN}"])
def test_a_ptr_that_names_a_host_of_another_server_is_not_taken_over(theirs: str) -> None:
    """Nobody here can see whether that host still has the address."""
    delegation = rrset("branch", "NS", "ns.elsewhere.example.")
    state = zones(delegation, rrset(f"50.1.{REVERSE}", "PTR", theirs))
    outcome = asked("LGWAN系,追加,new,A,10.20.1.50,,,", state=state)
    assert wrong(outcome) == ["dns_request.address_elsewhere"]
    assert theirs in str(outcome.problems[0])
    rows = ("LGWAN系,追加,new,A,10.20.1.50,,,", f"LGWAN系,変更,50.1.{REVERSE},PTR,new,,,")
    assert f"update 50.1.{REVERSE} PTR new.{DOMAIN}" in right(asked(*rows, state=state))


def test_two_names_share_an_address_where_that_is_meant() -> None:
    assert right(asked("LGWAN系,追加,intra,A,10.20.1.10,,しない,")) == [f"create intra.{DOMAIN} A 10.20.1.10"]


def test_an_address_without_a_reverse_zone_is_told() -> None:
    outcome = asked("LGWAN系,追加,far,A,192.0.2.1,,,")
    assert right(outcome) == [f"create far.{DOMAIN} A 192.0.2.1"]
    assert "dns_request.no_reverse_zone" in warned(outcome)


def test_a_city_may_do_without_ptrs() -> None:
    assert right(asked("LGWAN系,追加,new,A,10.20.1.50,,,", city=policy(reverse=False))) == [
        f"create new.{DOMAIN} A 10.20.1.50"
    ]


def test_where_ptrs_are_not_wanted_none_is_deleted() -> None:
    assert right(asked("LGWAN系,変更,portal,A,10.20.1.50,,,", city=policy(reverse=False))) == [
        f"update portal.{DOMAIN} A 10.20.1.50"
    ]
    assert right(asked("LGWAN系,変更,portal,A,10.20.1.50,,しない,")) == [f"update portal.{DOMAIN} A 10.20.1.50"]
    rows = ("LGWAN系,追加,portal,A,10.20.1.50,,,", "LGWAN系,削除,portal,A,10.20.1.10,,しない,")
    assert right(asked(*rows)) == [f"create 50.1.{REVERSE} PTR portal.{DOMAIN}", f"update portal.{DOMAIN} A 10.20.1.50"]


def test_what_the_request_says_about_a_ptr_counts() -> None:
    rows = ("LGWAN系,追加,new,A,10.20.1.50,,,", f"LGWAN系,追加,50.1.{REVERSE},PTR,new,600,,")
    outcome = asked(*rows)
    assert f"create 50.1.{REVERSE} PTR new.{DOMAIN}" in right(outcome)
    assert {record["ttl"] for key, record in outcome.desired.items() if key.id.endswith("PTR")} == {600}


# what is refused ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (["LGWAN系,追加,portal,CNAME,ns1,,,"], "beside_cname"),
        (["LGWAN系,追加,www,TXT,x,,,"], "beside_cname"),
        ([f"LGWAN系,追加,{DOMAIN},CNAME,portal,,,"], "beside_cname"),
        (["LGWAN系,追加,www,CNAME,ns1,,,"], "one_cname"),
        (["LGWAN系,追加,@,MX,10 www,,,"], "target_is_cname"),
        (["LGWAN系,追加,@,MX,10 mail,,,"], "no_target"),
        (["LGWAN系,追加,web,CNAME,www.example.jp,,,"], "no_target"),
        (["LGWAN系,追加,branch,NS,ns.branch,,,"], "no_target"),
        (["LGWAN系,追加,@,MX,10 about,,,", "LGWAN系,追加,about,TXT,x,,,"], "target_has_no_address"),
        (["LGWAN系,削除,ns1,A,,,,", "LGWAN系,追加,ns1,TXT,x,,,"], "referred_without_address"),
        (["LGWAN系,削除,ns1,A,,,,", "LGWAN系,追加,ns1,CNAME,portal,,,"], "referred_is_cname"),
        (["LGWAN系,追加,intra,A,10.20.1.10,,,"], "address_taken"),
        (["LGWAN系,削除,portal,,,,,"], "still_referred"),
        ([f"LGWAN系,追加,99.1.{REVERSE},PTR,portal,,,"], "pointer_astray"),
        (["LGWAN系,追加,a_b,A,10.20.1.50,,,"], "no_host_name"),
        (["LGWAN系,追加,a..b,A,10.20.1.50,,,"], "wanted_name"),
        (["LGWAN系,追加,www.elsewhere.example.,A,10.20.1.50,,,"], "not_our_zone"),
        (["LGWAN系,追加,new,A,10.20.1.999,,,"], "wanted_ipv4"),
        (["LGWAN系,追加,new,AAAA,::ffff:10.20.1.1,,,"], "wanted_ipv6"),
        (["LGWAN系,追加,new,AAAA,fe80::1%eth0,,,"], "wanted_ipv6"),
        (["LGWAN系,追加,new,MX,mail,,,"], "wanted_mx"),
        (["LGWAN系,追加,new,SRV,0 100 70000 portal,,,"], "wanted_srv"),
        (["LGWAN系,追加,new,CAA,1 issue x,,,"], "wanted_caa"),
        (['LGWAN系,追加,new,TXT,"""a"" b",,,'], "wanted_txt"),
        (["LGWAN系,追加,portal,A,10.20.1.50,,,", "LGWAN系,変更,portal,A,10.20.1.51,,,"], "mixed"),
    ],
)
def test_what_would_be_wrong_is_named_by_its_row(rows: list[str], code: str) -> None:
    outcome = asked(*rows)
    assert f"dns_request.{code}" in wrong(outcome)
    assert "request.csv" in str(outcome.problems[0])


def test_the_citys_names_of_hosts() -> None:
    city = policy(host_names=["sw-[a-z]{3}-[0-9]+f-[0-9]{2}"])
    assert right(asked("LGWAN系,追加,SW-HON-3F-01,A,10.20.90.31,,しない,", city=city))
    assert wrong(asked("LGWAN系,追加,SW-HON-3-1,A,10.20.90.31,,しない,", city=city)) == ["dns_request.not_citys_name"]
    assert right(asked("LGWAN系,変更,portal,A,10.20.1.11,,,", city=city)), "what has its name already keeps it"


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("本庁系,追加,new,A,10.20.1.50,,,", "unknown_network"),
        ("LGWAN系,置換,new,A,10.20.1.50,,,", "unknown_action"),
        ("LGWAN系,追加,new,SOA,x,,,", "unknown_type"),
        ("LGWAN系,追加,new,,some text,,,", "missing"),
        ("LGWAN系,追加,new,A,,,,", "missing"),
        ("LGWAN系,追加,new,A,10.20.1.50,5,,", "ttl_bounds"),
        ("LGWAN系,追加,new,A,10.20.1.50,1h,,", "ttl_bounds"),
        ("LGWAN系,追加,new,A,10.20.1.50,,たぶん,", "not_yes_no"),
    ],
)
def test_rows_that_say_nothing_clear(row: str, code: str) -> None:
    request = table("LGWAN系,追加,fine,A,10.20.1.51,,,", row)
    assert [str(getattr(one.fields.get("what"), "code", "")) for one in request.problems] == [f"dns_request.{code}"]
    assert "row 3" in str(request.problems[0])


# what is wrong already ---------------------------------------------------------------------------------------------


def test_what_is_wrong_in_the_zones_already_is_a_warning() -> None:
    state = zones(
        rrset("lost", "CNAME", f"nobody.{DOMAIN}"),
        rrset("twin", "A", "10.20.1.10"),
        rrset("bare", "A", "10.20.1.77"),
        rrset(f"88.1.{REVERSE}", "PTR", f"portal.{DOMAIN}"),
        rrset("brief", "TXT", '"x"', ttl=1),
    )
    outcome = asked("LGWAN系,追加,new,A,10.20.1.50,,,", state=state)
    assert len(right(outcome)) == 2
    assert {
        "dns_request.lint_dangling",
        "dns_request.lint_shared",
        "dns_request.lint_no_pointer",
        "dns_request.lint_pointer",
        "dns_request.lint_ttl",
    } <= warned(outcome)


def test_sound_zones_are_not_warned_of() -> None:
    state = zones(
        rrset("*.preview", "A", "10.20.1.40"),
        rrset("alias", "CNAME", f"any.preview.{DOMAIN}"),
        rrset("branch", "NS", f"ns.branch.{DOMAIN}"),
        rrset("ns.branch", "A", "10.20.5.53"),
        rrset("away", "CNAME", "www.example."),
    )
    assert not asked(state=state).warnings


def test_the_brake_on_deletions() -> None:
    hosts = [rrset(f"h{n}", "TXT", '"x"') for n in range(20)]
    few = [f"LGWAN系,削除,h{n},TXT,,,," for n in range(5)]
    assert not asked(*few, state=zones(*hosts)).brakes
    many = [f"LGWAN系,削除,h{n},TXT,,,," for n in range(6)]
    [brake] = asked(*many, state=zones(*hosts)).brakes
    assert (brake.name, brake.releasable) == (f"deletions:{DOMAIN}", True)
