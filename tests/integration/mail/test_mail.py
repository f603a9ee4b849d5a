"""What people can do with their mail after a change: read it, get it, and not get it any more."""

from __future__ import annotations

import imaplib
import smtplib
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.contract import mailboxes
from tests.contract.ground import Ground, delete, done, refused, update
from tests.contract.mailboxes import HOST
from tests.integration.mail.post import PASSWORD, Post


def day(days: int = 0) -> date:
    """So many days from today, where the mail server is. Asked when it is needed: a run may see midnight."""
    return datetime.now(UTC).astimezone(ZoneInfo("Asia/Tokyo")).date() + timedelta(days=days)


def can_log_in(post: Post, name: str, password: str = PASSWORD) -> bool:
    try:
        with post.logged_in(name, password):
            return True
    except imaplib.IMAP4.error:
        return False


def test_a_new_person_logs_in_with_the_initial_password_and_no_other(ground: Ground, post: Post) -> None:
    ground.made(ground.user("shiomi.hanako"))
    assert can_log_in(post, "shiomi.hanako")
    assert not can_log_in(post, "shiomi.hanako", "wrong")


def test_a_disabled_person_cannot_log_in_until_enabled_again(ground: Ground, post: Post) -> None:
    [person] = ground.made(ground.user("shiomi.hanako"))
    done(ground.apply(update(person, {"enabled": True}, {"enabled": False}))[0])
    assert not can_log_in(post, "shiomi.hanako")
    subject = post.send("shiomi.hanako")
    done(ground.apply(update(person, {"enabled": False}, {"enabled": True}))[0])
    assert post.arrives("shiomi.hanako", subject)


def test_mail_to_a_disabled_person_is_refused_where_that_is_wanted(ground: Ground, post: Post) -> None:
    ground.made(ground.user("shiomi.hanako", enabled=False, whenDisabled="bounce"))
    assert post.is_refused("shiomi.hanako")


def test_mail_arrives_at_a_person_and_at_their_alias(ground: Ground, post: Post) -> None:
    ground.made(ground.user("shiomi.hanako", aliases=frozenset({"hama.hanako"})))
    assert all(post.arrives("shiomi.hanako", post.send(name)) for name in ("shiomi.hanako", "hama.hanako"))


def test_mail_to_a_section_arrives_at_its_members_only(ground: Ground, post: Post) -> None:
    one, two, _ = ground.made(ground.user("one"), ground.user("two"), ground.user("other"))
    section, division = ground.group([one, two], "ka-020300"), ground.group([], "ka-020000")
    [section_key, division_key] = ground.made(section, division)
    done(ground.apply(update(division_key, {}, {"member": frozenset({str(section_key)})}))[0])
    for address in ("ka-020300", "ka-020000"):
        subject = post.send(address)
        assert post.arrives("one", subject)
        assert post.arrives("two", subject)
        assert not post.has("other", subject)


def test_mail_follows_who_belongs_to_a_section(ground: Ground, post: Post) -> None:
    stays, leaves, joins = ground.made(ground.user("stays"), ground.user("leaves"), ground.user("joins"))
    [section] = ground.made(ground.group([stays, leaves], "ka-020300"))
    change = {"member": frozenset({str(leaves)})}, {"member": frozenset({str(joins)})}
    done(ground.apply(update(section, *change))[0])
    subject = post.send("ka-020300")
    assert post.arrives("stays", subject)
    assert post.arrives("joins", subject)
    assert not post.has("leaves", subject)


@pytest.mark.parametrize("days", [None, 0, 1])
def test_mail_to_an_old_section_address_arrives_until_it_ends(ground: Ground, post: Post, days: int | None) -> None:
    [person] = ground.made(ground.user("shiomi.hanako"))
    section = ground.group([person], "ka-060300")
    ends = frozenset[str]() if days is None else frozenset({f"ka-060200={day(days)}"})
    ground.made(replace(section, after={**section.after, "aliases": frozenset({"ka-060200"}), "aliasEnds": ends}))
    assert post.arrives("shiomi.hanako", post.send("ka-060200"))


def test_mail_to_an_old_section_address_is_refused_afterwards(ground: Ground, post: Post) -> None:
    section = ground.group(ground.made(ground.user()), "ka-060300")
    more = {"aliases": frozenset({"ka-060200"}), "aliasEnds": frozenset({f"ka-060200={day(-1)}"})}
    ground.made(replace(section, after={**section.after, **more}))
    assert post.is_refused("ka-060200")


def test_a_renamed_person_keeps_the_mail_and_the_old_address(ground: Ground, post: Post) -> None:
    [person] = ground.made(ground.user("shiomi.hanako"))
    subject = post.send("shiomi.hanako")
    assert post.arrives("shiomi.hanako", subject)
    after = {"name": "hama.hanako", "aliases": frozenset({"shiomi.hanako"})}
    done(ground.apply(update(person, {"name": "shiomi.hanako"}, after))[0])
    assert post.has("hama.hanako", subject)
    assert post.arrives("hama.hanako", post.send("shiomi.hanako"))
    assert not can_log_in(post, "shiomi.hanako")


def test_a_person_takes_an_old_address_back(ground: Ground, post: Post) -> None:
    [person] = ground.made(ground.user("hama.hanako", aliases=frozenset({"shiomi.hanako"})))
    before = {"name": "hama.hanako", "aliases": frozenset({"shiomi.hanako"})}
    after = {"name": "shiomi.hanako", "aliases": frozenset({"hama.hanako"})}
    done(ground.apply(update(person, before, after))[0])
    assert all(post.arrives("shiomi.hanako", post.send(name)) for name in ("shiomi.hanako", "hama.hanako"))


def test_mail_to_a_deleted_person_is_refused_and_the_address_never_used_again(ground: Ground, post: Post) -> None:
    [person, other] = ground.made(ground.user("shiomi.hanako"), ground.user("other"))
    done(ground.apply(delete(person))[0])
    assert post.is_refused("shiomi.hanako")
    for attempt in (
        ground.user("shiomi.hanako", staffKey="1-009999"),
        ground.group([], "shiomi.hanako"),
        update(other, {"name": "other"}, {"name": "shiomi.hanako"}),
        update(other, {}, {"aliases": frozenset({"shiomi.hanako"})}),
    ):
        assert "never used again" in str(refused(ground.apply(attempt)[0]))


def test_the_same_person_gets_the_address_of_a_deleted_account_again(ground: Ground) -> None:
    create = ground.user("shiomi.hanako", staffKey="1-001234", aliases=frozenset({"hama.hanako"}))
    [first] = ground.made(create)
    done(ground.apply(update(first, {"staffKey": "1-001234"}, {"staffKey": "1-700001"}))[0])
    done(ground.apply(delete(first))[0])
    assert "never used again" in str(refused(ground.apply(create)[0]))
    [second] = ground.made(replace(create, after={**create.after, "staffKey": "1-700001"}))
    assert second != first


def test_a_section_address_may_become_another_sections_once_it_is_free(ground: Ground) -> None:
    [old] = ground.made(ground.group([], "ka-070400"))
    assert "somebody else has" in str(refused(ground.apply(ground.group([], "ka-070400"))[0]))
    done(ground.apply(update(old, {"name": "ka-070400"}, {"name": "end-070400-20260401"}))[0])
    ground.made(ground.group([], "ka-070400"))
    done(ground.apply(delete(old))[0])
    assert "never used again" in str(refused(ground.apply(ground.user("end-070400-20260401"))[0]))


def test_a_deleted_person_who_comes_back_has_the_mail_again(ground: Ground, post: Post) -> None:
    create = ground.user("shiomi.hanako")
    [person] = ground.made(create)
    [section] = ground.made(ground.group([person], "ka-020300"))
    subject = post.send("shiomi.hanako")
    assert post.arrives("shiomi.hanako", subject)
    image = ground.system.preimage([person])[person]
    done(ground.apply(delete(person))[0])
    purge = [post.lab / "bin" / "mail-purge", mailboxes.SERVER, "0", "--check"]
    assert f"changed: {person.id}" in subprocess.run(purge, capture_output=True, text=True, check=True).stdout
    done(ground.apply(replace(create, key=person, after=image))[0])
    assert person.id not in subprocess.run(purge, capture_output=True, text=True, check=True).stdout
    assert post.has("shiomi.hanako", subject)
    assert ground.read(section)["member"] == {str(person)}


def test_mail_is_forwarded_until_the_last_day_and_kept_as_well(ground: Ground, post: Post) -> None:
    forward = {"forward": post.at("target"), "forwardUntil": day().isoformat()}
    [person, _] = ground.made(ground.user("shiomi.hanako", **forward), ground.user("target"))
    subject = post.send("shiomi.hanako")
    assert post.arrives("target", subject)
    assert post.arrives("shiomi.hanako", subject)
    done(ground.apply(update(person, {"forwardUntil": str(day())}, {"forwardUntil": str(day(-1))}))[0])
    subject = post.send("shiomi.hanako")
    assert post.arrives("shiomi.hanako", subject)
    assert not post.has("target", subject)


def test_a_leaver_without_a_box_is_forwarded_until_the_last_day(ground: Ground, post: Post) -> None:
    gone = {"enabled": False, "whenDisabled": "bounce", "forward": post.at("target")}
    [person, _] = ground.made(
        ground.user("shiomi.hanako", **gone, forwardUntil=day(1).isoformat()), ground.user("target")
    )
    assert post.arrives("target", post.send("shiomi.hanako"))
    done(ground.apply(update(person, {"forwardUntil": str(day(1))}, {"forwardUntil": str(day(-1))}))[0])
    assert post.is_refused("shiomi.hanako")


def test_a_forwarding_needs_a_last_day(ground: Ground, post: Post) -> None:
    assert "last day" in str(refused(ground.apply(ground.user(forward=post.at("target")))[0]))


def test_the_address_book_shows_who_is_listed(ground: Ground, post: Post) -> None:
    [person, _, _] = ground.made(
        ground.user("shiomi.hanako", kana="シオミ　ハナコ", department="人事課"),
        ground.user("hidden", listed=False),
        ground.group([], "ka-020200"),
    )

    def shown() -> list[tuple[str, ...]]:
        query = (
            "SELECT address, display_name, kana, department, title FROM address_book WHERE address LIKE %s ORDER BY 1"
        )
        with mailboxes.by_hand(post.lab) as connection:
            return connection.execute(query, [f"%@{post.domain}"]).fetchall()

    mine = (post.at("shiomi.hanako"), "汐見　花子", "シオミ　ハナコ", "人事課", "主事")
    service = next(row for row in shown() if row[0].startswith("svc-"))
    assert shown() == [(post.at("ka-020200"), "ka-020200", None, None, None), mine, service]
    done(ground.apply(update(person, {"listed": True}, {"listed": False}))[0])
    assert [row[0] for row in shown()] == [post.at("ka-020200"), service[0]]


def test_mail_out_of_the_house_needs_a_login(ground: Ground, post: Post) -> None:
    ground.made(ground.user("shiomi.hanako"))
    with smtplib.SMTP_SSL(HOST, 465, context=post.tls()) as server:
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            server.sendmail(post.at("shiomi.hanako"), ["citizen@example.jp"], "x")
        server.login(post.at("shiomi.hanako"), PASSWORD)
        server.sendmail(post.at("shiomi.hanako"), [post.at("shiomi.hanako")], "Subject: submitted\n\nx")
    assert post.arrives("shiomi.hanako", "submitted")
    with smtplib.SMTP(HOST, 25) as server, pytest.raises(smtplib.SMTPRecipientsRefused):
        server.sendmail("citizen@example.jp", ["citizen@example.com"], "x")
