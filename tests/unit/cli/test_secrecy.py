"""Before its announcement nothing of a confidential change is seen without a key, and nothing applies it."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import docx
import openpyxl
import pyrage
import pytest

from chonai.change.errors import ChonaiError, InputError, UsageError
from chonai.change.model import Brake, Plan
from chonai.change.plan import make_plan
from chonai.change.system import Observation
from chonai.site import Author, Crew, Site
from chonai.site.applying import apply_all
from chonai.site.core import Window
from chonai.site.reporting import preview
from chonai.site.telling import tell, tell_plan, why_not_sealed
from chonai.site.typed import announcement
from chonai.text.messages import message
from tests.stores import behind_its_back
from tests.unit.change.people import by_hand, make_key
from tests.unit.cli.conftest import Run
from tests.unit.cli.test_schema import shown
from tests.unit.cli.town import FINAL, OBJECTS, SCOPE, Town, wanted

TODAY = datetime.now(UTC).replace(microsecond=0)
LATER, EARLIER = TODAY + timedelta(days=1), TODAY - timedelta(hours=1)
VANISHED = Brake(
    "section_vanished", message("personnel.brake_section_vanished", code="020300", name="税務課", people=7)
)
NAMES = ("税務課", "市民課", "山田", "田中", "髙﨑", "001234", "002001", "異動", "退職", "採用", "020300", "主事")
MARK = "取扱注意・公表前"
CREW = ("--operator", "suzuki", "--watcher", "tanaka")


def leaks(content: str | bytes) -> list[str]:
    """Names in any form in which a program could have written them."""
    raw = content.encode() if isinstance(content, str) else content
    raw = raw.replace("人事異動".encode(), b"")  # what the operation is called
    forms = {name: [name.encode(codec) for codec in ("utf-8", "cp932", "utf-16-le", "utf-16-be")] for name in NAMES}
    return [
        name for name, found in forms.items() if any(one in raw for one in (*found, json.dumps(name)[1:-1].encode()))
    ]


def unpacked(path: Path) -> bytes:
    """Everything that is written in an Office file."""
    with zipfile.ZipFile(path) as archive:
        return b"\n".join(archive.read(name) for name in archive.namelist())


def approve(town: Town, run: Run, id_: str, name: str = "suzuki", *more: str) -> None:
    assert run("approve", id_, "--as", name, "--key", town.people.key(name), *more).code == 0


def events(run: Run, id_: str, kind: str) -> list[dict[str, object]]:
    found = json.loads(run("journal", "show", id_, "--format", "json").out)["events"]
    return [one for one in found if one["event"] == kind]


@pytest.fixture
def secret(town: Town) -> str:
    """A change set that is announced tomorrow."""
    return town.seal(*wanted(), brakes=(VANISHED,), announced_at=LATER)


@pytest.fixture
def announced(town: Town) -> str:
    """One that was planned confidentially and has been announced since."""
    return town.seal(*wanted(), announced_at=EARLIER)


@pytest.fixture(autouse=True)
def _nothing_is_written_anywhere(town: Town) -> Iterator[None]:
    """Whatever a test of what is secret does, no file of the town but its systems' own may hold a name."""
    yield
    if (town.folder / "secret").exists():
        files = (path for path in town.folder.rglob("*") if path.is_file())
        ours = [path for path in files if path.suffix not in (".json", ".xlsx", ".docx")]
        assert not [(path.name, found) for path in ours if (found := leaks(path.read_bytes()))]


@pytest.fixture
def watched(town: Town, secret: str) -> str:
    (town.folder / "secret").touch()
    return secret


@pytest.mark.parametrize("format_", ["text", "json", "html"])
def test_without_a_key_numbers_are_shown(run: Run, watched: str, format_: str) -> None:
    seen = run("show", watched, "--format", format_)
    assert (seen.code, leaks(seen.raw), seen.err) == (0, [], "")
    assert "section_vanished" in seen.out
    assert "7 people are in it" in seen.out
    assert ("suzuki" in seen.out) == (format_ != "json")
    assert f"chonai show {watched} --key FILE" in seen.out or format_ == "json"


def test_the_document_for_programs_says_so(run: Run, watched: str) -> None:
    data = shown(run, watched)
    assert (data["withheld"], datetime.fromisoformat(data["announced_at"])) == (True, LATER)
    assert data["plans"][0]["counts"] == {"create": 1, "update": 2, "move": 2, "delete": 0}
    assert data["plans"][0]["changes"] == []
    assert data["seal"]["holds"]


def test_a_readers_key_shows_all_and_that_is_journaled(town: Town, run: Run, secret: str) -> None:
    for format_ in ("text", "html"):
        seen = run("show", secret, "--key", town.people.key("jinji"), "--format", format_, "--locale", "ja")
        assert seen.code == 0
        assert "髙﨑　德子" in seen.out
        assert MARK in seen.out
    assert [one["actor"] for one in events(run, secret, "opened")] == ["jinji", "jinji"]
    assert "jinji  read before its announcement" in run("journal", "show", secret).out


@pytest.mark.parametrize(("name", "code"), [("mallory", 3), ("expired", 3), ("nobody", 2)])
def test_another_key_shows_nothing(town: Town, run: Run, watched: str, name: str, code: int) -> None:
    refused = run("show", watched, "--key", town.people.key(name))
    assert (refused.code, refused.out, leaks(refused.err)) == (code, "", [])
    assert str(town.people.key(name)) in refused.err
    assert not events(run, watched, "opened")


def test_a_key_that_can_only_sign_says_so(town: Town, run: Run, watched: str) -> None:
    locked = make_key(town.folder / "locked", passphrase="secret")
    refused = run("show", watched, "--key", locked)
    assert (refused.code, "has a passphrase" in refused.err) == (2, True)
    assert run("show", watched, "--key", f"{town.people.key('suzuki')}.pub").code == 2


def test_a_reader_who_was_taken_out_is_refused(town: Town, run: Run, secret: str) -> None:
    town.settle(more="confidential_readers: [suzuki]\n")
    assert run("show", secret, "--key", town.people.key("suzuki")).code == 0
    refused = run("show", secret, "--key", town.people.key("jinji"))
    assert (refused.code, refused.out) == (3, "")
    assert "is not the key of a reader" in refused.err


def test_a_reader_who_came_later_is_told_who_can_read(town: Town, run: Run) -> None:
    town.settle(more="confidential_readers: [suzuki]\n")
    id_ = town.seal(*wanted(), announced_at=LATER)
    assert "(--key FILE): sato, suzuki\n" in run("show", id_).out
    town.settle(more="confidential_readers: [suzuki, jinji]\n")
    refused = run("show", id_, "--key", town.people.key("jinji"))
    assert (refused.code, f"does not open {id_}: it was closed to sato, suzuki" in refused.err) == (3, True)


def test_the_list_and_the_journal_name_nobody(run: Run, watched: str) -> None:
    for arguments in (("list",), ("list", "--format", "json"), ("journal", "show", watched)):
        assert not leaks(run(*arguments).raw)
    assert not leaks(run("journal", "show", watched, "--format", "json").raw)
    objects = run("journal", "show", watched, "--objects")
    assert (objects.out, "withheld until the announcement" in objects.err) == ("", True)
    assert json.loads(run("journal", "show", watched, "--objects", "--format", "json").out)["objects"] == []


def test_a_reader_sees_each_object(town: Town, run: Run, secret: str) -> None:
    objects = run("journal", "show", secret, "--objects", "--key", town.people.key("suzuki"))
    assert "髙﨑　德子" in objects.out
    assert objects.err == ""


def test_papers_without_a_key_hold_numbers(town: Town, run: Run, watched: str) -> None:
    for kind, name in (("review", "a.xlsx"), ("work", "a.docx")):
        assert run("report", kind, watched, "--output", town.folder / name).code == 0
        assert not leaks(unpacked(town.folder / name))
        assert MARK.encode() in unpacked(town.folder / name)


def test_papers_with_a_key_are_marked_on_every_sheet(town: Town, run: Run, secret: str) -> None:
    key = ("--key", town.people.key("suzuki"))
    assert run("report", "review", secret, *key, "--output", town.folder / "a.xlsx").code == 0
    book = openpyxl.load_workbook(io.BytesIO((town.folder / "a.xlsx").read_bytes()))
    assert len(book.worksheets) == 4
    assert all(MARK in str(sheet.oddHeader.right.text) for sheet in book.worksheets)
    assert "髙﨑".encode() in unpacked(town.folder / "a.xlsx")
    assert run("report", "work", secret, *key, "--output", town.folder / "a.docx").code == 0
    paper = docx.Document(str(town.folder / "a.docx"))
    assert [one.text for one in paper.sections[0].header.paragraphs] == [MARK]
    assert len(events(run, secret, "opened")) == 2


def test_after_the_announcement_papers_are_as_always(town: Town, run: Run, announced: str) -> None:
    assert run("report", "work", announced, "--output", town.folder / "a.docx").code == 0
    assert MARK.encode() not in unpacked(town.folder / "a.docx")


def test_an_approver_who_is_a_reader_sees_what_it_is(town: Town, run: Run, secret: str) -> None:
    done = run("approve", secret, "--as", "suzuki", "--key", town.people.key("suzuki"), "--release", "section_vanished")
    assert done.code == 0
    assert "税務課 is not in the organisation table" in done.err
    assert f"once it is announced ({LATER.astimezone():%Y-%m-%d}" in done.out
    assert len(events(run, secret, "opened")) == 1


def test_an_approver_who_is_none_approves_by_the_cover(town: Town, run: Run) -> None:
    town.settle(more="confidential_readers: [suzuki]\n")
    id_ = town.seal(*wanted(), brakes=(VANISHED,), announced_at=LATER)
    (town.folder / "secret").touch()
    done = run("approve", id_, "--as", "tanaka", "--key", town.people.key("tanaka"))
    assert (done.code, leaks(done.raw), leaks(done.err)) == (0, [], [])
    assert "No approval releases: section_vanished" in done.out
    assert "withheld until the announcement" in done.err
    approve(town, run, id_, "tanaka", "--release", "section_vanished")
    assert shown(run, id_)["approvals"][1]["holds"]
    assert not events(run, id_, "opened")


def test_a_statement_is_signed_elsewhere(town: Town, run: Run, watched: str) -> None:
    said = run("statement", watched, "--release", "section_vanished").out
    signature = town.folder / "signature"
    signature.write_text(by_hand(said, town.people.key("suzuki"), "chonai-approval"))
    given = ("--signature", signature, "--release", "section_vanished")
    done = run("approve", watched, "--as", "suzuki", *given)
    assert (done.code, leaks(done.raw), leaks(done.err)) == (0, [], [])
    assert run("statement", watched, "--release", "nothing").code == 2


def test_what_nobody_can_release_is_refused_and_journaled_without_names(town: Town, run: Run) -> None:
    final = replace(VANISHED, name="gone", releasable=False)
    id_ = town.seal(*wanted(), brakes=(final, FINAL), announced_at=LATER)
    (town.folder / "secret").touch()
    refused = run("approve", id_, "--as", "suzuki", "--key", town.people.key("suzuki"))
    assert refused.code == 3
    (told,) = events(run, id_, "refused")
    assert not leaks(json.dumps(told, ensure_ascii=False))


def test_nothing_applies_it_before(town: Town, run: Run, watched: str) -> None:
    approve(town, run, watched, "suzuki", "--release", "section_vanished")
    before = [town.objects(system) for system in ("lgwan_ad", "ext_ad")]
    refused = run("apply", watched, *CREW)
    assert refused.code == 3
    assert "is confidential until its announcement" in refused.err
    assert [town.objects(system) for system in ("lgwan_ad", "ext_ad")] == before
    (told,) = events(run, watched, "refused")
    assert told["actor"] == "suzuki"
    key = town.people.key("suzuki")
    for command in (("undo", watched), ("disclose", watched), ("disclose", watched, "--key", key)):
        done = run(*command)
        assert (done.code, done.out, leaks(done.err)) == (3, "", [])
    seen = run("passwords", watched, "--key", town.people.key("jinji"), "--format", "csv")
    assert (seen.code, leaks(seen.raw)) == (0, [])
    assert shown(run, watched)["state"] == "approved"


def test_it_is_applied_after_its_announcement(town: Town, run: Run, announced: str) -> None:
    assert "髙﨑　德子" in run("show", announced).out
    assert not events(run, announced, "disclosed")
    approve(town, run, announced)
    assert run("apply", announced, *CREW).code == 0
    (told,) = events(run, announced, "disclosed")
    assert told["actor"] == "suzuki"
    assert "suzuki  made readable after its announcement" in run("journal", "show", announced).out
    undo = run("undo", announced).out.split(":")[0]
    assert "髙﨑　德子" in run("show", undo).out
    approve(town, run, undo)
    assert run("apply", undo, *CREW).code == 0
    assert shown(run, announced)["state"] == "undone"
    assert run("journal", "verify").code == 0


def test_it_can_be_taken_back_when_no_key_opens_it_any_more(town: Town, run: Run, announced: str) -> None:
    approve(town, run, announced)
    assert run("apply", announced, *CREW).code == 0
    other = make_key(town.folder / "other")
    town.settle(more=f"confidential_readers: [tanaka]\nconfidential_key: {other}\n")
    assert run("undo", announced).code == 0
    assert "髙﨑　德子" in run("show", announced).out
    assert run("disclose", announced).out == f"{announced}: readable already; there is nothing to do.\n"


def test_the_clock_decides_and_nothing_else(town: Town, run: Run) -> None:
    id_ = town.seal(*wanted(), announced_at=LATER)
    approve(town, run, id_)
    settings = {system: {"kind": "memory", "file": str(town.system_file(system))} for system in ("lgwan_ad", "ext_ad")}
    with town.open(lambda: LATER - timedelta(seconds=1)) as site, pytest.raises(ChonaiError) as caught:
        apply_all(site, id_, Crew("suzuki", "tanaka"), settings, lambda *_: None)
    assert caught.value.message.code == "site.not_announced"
    with town.open(lambda: LATER) as site:
        outcomes = apply_all(site, id_, Crew("suzuki", "tanaka"), settings, lambda *_: None)
    assert all(outcome.tally and outcome.tally.complete for outcome in outcomes)


def test_an_apply_that_goes_on_is_asked_again(town: Town, run: Run) -> None:
    """The clock was wrong when it began."""
    town.keep("ext_ad", OBJECTS, refuse={"user:u1": message("site.missing_key", key="x").as_json()})
    id_ = town.seal(*wanted(), announced_at=LATER)
    approve(town, run, id_)
    settings = {system: {"kind": "memory", "file": str(town.system_file(system))} for system in ("lgwan_ad", "ext_ad")}
    with town.open(lambda: LATER) as site:
        apply_all(site, id_, Crew("suzuki", "tanaka"), settings, lambda *_: None)
    assert shown(run, id_)["state"] == "partly_failed"
    assert run("apply", id_, *CREW).code == 3


def moved(town: Town, tmp_path: Path) -> None:
    """The store comes to a machine where no key opens it."""
    other = make_key(tmp_path / "elsewhere")
    text = town.site_file.read_text()
    town.site_file.write_text(f"{text}confidential_readers: [jinji]\nconfidential_key: {other}\n")


def test_a_store_in_a_place_without_keys(town: Town, run: Run, announced: str, secret: str, tmp_path: Path) -> None:
    approve(town, run, announced)
    moved(town, tmp_path)
    assert not leaks(run("show", secret).raw)
    seen = run("show", announced)
    assert (seen.code, leaks(seen.raw)) == (0, [])
    assert f"chonai disclose {announced} --key FILE" in seen.out
    refused = run("apply", announced, *CREW)
    assert (refused.code, "this machine has no key that opens it" in refused.err) == (3, True)
    assert run("disclose", announced).code == 3
    assert run("disclose", announced, "--key", town.people.key("suzuki")).code == 3
    assert run("disclose", announced, "--key", town.people.key("jinji")).out == (
        f"{announced}: readable for everybody from now on.\n"
    )
    assert run("apply", announced, *CREW).code == 0
    assert [one["actor"] for one in events(run, announced, "disclosed")] == ["jinji"]


def planned(system: str = "lgwan_ad", *, problem: bool = False) -> Plan:
    desired, reasons = wanted()
    number = message("personnel.number_conflict", number="1-001234", name="山田　太郎", other=3)
    return make_plan(
        system=system,
        operation="personnel",
        observation=Observation(OBJECTS),
        desired=desired,
        scope=SCOPE,
        reasons=reasons,
        brakes=(VANISHED,),
        warnings=(message("text.in_row", file="orders", row=12, what=number),),
        problems=(number,) if problem else (),
    )


def sato(town: Town) -> Author:
    return Author("sato", town.people.key("sato"))


def test_what_lay_open_is_not_sealed_as_confidential(town: Town) -> None:
    with town.open() as site:
        bare, closed = site.put(planned()), site.put(planned("ext_ad"), LATER)
        for ids, window in (
            ([bare], Window(announced_at=LATER)),
            ([closed], Window(announced_at=LATER + timedelta(days=1))),
            ([bare, closed], Window()),
        ):
            with pytest.raises(UsageError) as caught:
                site.seal(ids, sato(town), window)
            assert caught.value.message.code == "site.announced_otherwise"
        with pytest.raises(UsageError) as caught:
            site.seal([closed], sato(town), Window(start_by=LATER - timedelta(hours=1)))
        assert caught.value.message.code == "site.starts_before_announcement"
        assert not site.store.change_sets.list()
        made = site.seal([closed], sato(town))  # the plan says it by itself
        assert site.store.change_sets.get(made.change_set.id).closed


def test_what_is_told_of_a_plan_names_nobody(town: Town) -> None:
    with town.open() as site:
        plan = planned(problem=True)
        id_ = site.put(plan, LATER)
        told = tell_plan(plan, is_confidential=True)
        error = why_not_sealed(plan, id_, LATER)
        assert not leaks(repr(told) + error.render("ja") + error.render("en"))
        assert "orders, row 12: (withheld) is (withheld) in row 3" in told.plan_warnings[0]
        assert (told.counts["move"], told.changes) == (2, [])
        assert f"chonai plan {id_} --key FILE" in error.render("en")
        assert leaks(why_not_sealed(plan, id_, None).render("en"))
        with pytest.raises(InputError) as caught:
            site.seal([id_], sato(town))
        assert not leaks(caught.value.render("ja"))


def test_a_preview_is_one_of_the_cover(town: Town) -> None:
    with town.open() as site:
        draft = site.draft([site.put(planned(), LATER)], sato(town))
        assert not leaks(repr(tell(preview(site, draft))))


def test_who_corrects_a_request_reads_it_with_a_key(town: Town, run: Run) -> None:
    with town.open() as site:
        closed, bare = site.put(planned(problem=True), LATER), site.put(planned())
    refused = run("plan", closed)
    assert (refused.code, refused.out, "One of sato, suzuki, tanaka, jinji can read it" in refused.err) == (3, "", True)
    assert run("plan", closed, "--key", town.people.key("mallory")).code == 3
    seen = run("plan", closed, "--key", town.people.key("jinji"))
    assert "PROBLEM: 1-001234 is 山田　太郎 in row 3" in seen.out
    assert seen.out.startswith("Handle with care")
    with town.open() as site:
        (entry,) = [row.entry for row in site.store.journal.rows()]
    assert (entry.event.value, entry.actor, entry.data) == ("opened", "jinji", {"plan": closed})
    assert "税務課 is not in the organisation table" in run("plan", bare).out
    assert run("plan", "plan-none").code == 2


def test_what_comes_too_late_to_be_kept_secret_is_refused() -> None:
    assert announcement(None, TODAY) is None
    assert announcement("2099-03-24T09:00+09:00", TODAY) == datetime.fromisoformat("2099-03-24T09:00+09:00")
    for text, code in (("2025-03-24T09:00", "faces.announced_already"), ("", "faces.bad_moment")):
        with pytest.raises(UsageError) as caught:
            announcement(text, TODAY)
        assert caught.value.message.code == code


def readers(town: Town, operation: str = "personnel") -> tuple[str, ...]:
    with town.open() as site:
        return site.secrecy.readers(operation).names


def test_by_default_whoever_may_approve_reads(town: Town) -> None:
    assert readers(town) == ("sato", "suzuki", "tanaka", "jinji")
    town.settle(kind="city", more="city_staff: [jinji]\n")
    assert readers(town) == ("sato", "jinji")
    town.settle(more="confidential_readers: [jinji]\n")
    assert readers(town) == ("sato", "jinji")


def test_keys_that_can_only_sign_do_not_read(town: Town) -> None:
    ecdsa = make_key(town.folder / "ecdsa", "ecdsa").with_suffix(".pub").read_text()
    signers = town.folder / "signers"
    signers.write_text(f"{town.people.signers.read_text()}token {ecdsa}")
    shutil.copymode(town.people.signers, signers)
    text = town.site_file.read_text().replace(str(town.people.signers), str(signers))
    town.site_file.write_text(text)
    assert "token" not in readers(town)
    for named, code in (("token", "site.reader_without_key"), ("nobody", "identity.unknown_principal")):
        town.site_file.write_text(f"{text}confidential_readers: [{named}]\n")
        with pytest.raises(ChonaiError) as caught:
            readers(town)
        assert caught.value.message.code == code


def test_a_machine_without_a_key_plans_nothing_confidential(town: Town, run: Run) -> None:
    public = f"{town.people.key('sato')}.pub"
    town.site_file.write_text(town.site_file.read_text().replace(str(town.people.key("sato")), public))
    with town.open() as site, pytest.raises(UsageError) as caught:
        site.put(planned(), LATER)
    assert caught.value.message.code == "site.no_opening_key"
    assert "confidential_key" in caught.value.render("en")
    assert "warn  readers: nothing can be planned confidentially" in run("doctor").out
    town.site_file.write_text(f"{town.site_file.read_text()}confidential_readers: [jinji]\n")
    assert "fail  readers: No key is named" in run("doctor").out


def test_an_age_identity_reads_and_opens(town: Town, run: Run) -> None:
    identity = pyrage.x25519.Identity.generate()
    key = town.folder / "confidential.key"
    key.write_text(f"# made by age-keygen\n{identity}\n")
    key.chmod(0o600)
    town.settle(more=f"confidential_readers: [{identity.to_public()}]\nconfidential_key: {key}\n")
    id_ = town.seal(*wanted(), announced_at=LATER)
    assert "髙﨑" in run("show", id_, "--key", key).out
    assert str(events(run, id_, "opened")[0]["actor"]).startswith("account:")
    assert run("show", id_, "--key", town.people.key("suzuki")).code == 3
    assert "this machine opens them with" in run("doctor").out


def tamper(town: Town, id_: str, site: Site, **fields: object) -> None:
    """Change what everybody sees, behind the store's back."""
    site.store.close()
    with behind_its_back(town.store_file) as execute:
        ((body,),) = execute("SELECT body FROM change_sets WHERE id = ?", id_)
        data = json.loads(body)
        cover = {**data["cover"], **{name: value for name, value in fields.items() if name in data["cover"]}}
        data = {**data, **{name: value for name, value in fields.items() if name in data}, "cover": cover}
        execute("UPDATE change_sets SET body = ? WHERE id = ?", json.dumps(data), id_)


@pytest.mark.parametrize("fields", [{"announced_at": EARLIER.isoformat()}, {"start_by": LATER.isoformat()}])
def test_a_cover_that_was_changed_is_noticed(town: Town, run: Run, secret: str, fields: dict[str, object]) -> None:
    approve(town, run, secret, "suzuki", "--release", "section_vanished")
    with town.open() as site:
        tamper(town, secret, site, **fields)
    seen = run("show", secret)
    assert (seen.code, "is not what was sealed" in f"{seen.out}{seen.err}") == (3, True)
    assert not leaks(seen.raw)
    assert run("show", secret, "--key", town.people.key("suzuki")).code == 3
    assert run("apply", secret, *CREW).code == 3
    assert run("approve", secret, "--as", "tanaka", "--key", town.people.key("tanaka")).code == 3
    assert town.objects("lgwan_ad") == town.objects("ext_ad")
