"""Is everything in place, and how is a lock freed."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import yaml

from chonai.change.ports import Holder
from tests.stores import behind_its_back, files_only
from tests.unit.cli.conftest import Run
from tests.unit.cli.town import Town, wanted


def lock_from_elsewhere(town: Town, system: str = "ext_ad") -> Holder:
    """A lock that another machine left."""
    with town.open() as site, site.store.locks.hold(system, "tanaka", "20260401-abc123") as holder:
        with behind_its_back(town.store_file) as execute:
            execute("UPDATE locks SET host = 'elsewhere', token = 'other'")
        return holder


def test_all_is_well(town: Town, run: Run) -> None:
    town.seal(*wanted())
    well = run("doctor")
    assert well.code == 0
    lines = well.out.splitlines()
    for part in ("site", "store", "journal", "signers", "author", "recipients", "locks", "ssh-keygen", "lgwan_ad"):
        assert any(line.startswith(f"ok    {part}: ") for line in lines), part
    assert any(line.startswith("warn  signers: the key of expired ended on 2020-01-01") for line in lines)
    assert lines[-1] == "0 failed, 1 warning(s)."


def test_every_failure_is_said_at_once(town: Town, run: Run) -> None:
    town.system_file("ext_ad").unlink()
    town.settle(more="city_staff: [jinji]\n")
    key = town.people.key("sato")
    key.chmod(0o644)
    try:
        ill = run("doctor")
    finally:
        key.chmod(0o600)
    assert ill.code == 1
    failed = [line for line in ill.out.splitlines() if line.startswith("fail")]
    assert [line.split()[1] for line in failed] == ["author:", "ext_ad:"]
    assert "chmod 600" in failed[0]
    assert "ok    lgwan_ad: " in ill.out


def test_a_site_file_that_is_wrong(town: Town, run: Run) -> None:
    town.site_file.write_text("allowed_signers: here\nnonsense: 1\n")
    ill = run("doctor")
    assert ill.code == 1
    assert ill.out.startswith("fail  site: ")
    assert "nonsense" in ill.out


def test_an_inventory_that_is_wrong(town: Town, run: Run) -> None:
    (town.folder / "hosts.yml").write_text(
        "all:\n  hosts:\n    lgwan_ad:\n      chonai_system: {kind: abacus}\n"
        "    ext_ad:\n      chonai_system: '{{ nowhere }}'\n"
    )
    ill = run("doctor")
    assert ill.code == 1
    failed = [line for line in ill.out.splitlines() if line.startswith("fail")]
    assert ["ext_ad" in failed[0], "abacus" in failed[1]] == [True, True]


def test_an_inventory_without_systems(town: Town, run: Run) -> None:
    (town.folder / "hosts.yml").write_text("all: {hosts: {localhost: {}}}\n")
    found = run("doctor")
    assert (found.code, "chonai_system" in found.out) == (0, True)


def test_a_key_that_ends_soon(town: Town, run: Run) -> None:
    soon = datetime.now() + timedelta(days=5)  # noqa: DTZ005 - as a city writes it, in local time
    signers = town.people.signers_with(
        *(f"{name} {{{name}}}" for name in ("sato", "jinji")), f'suzuki valid-before="{soon:%Y%m%d}" {{suzuki}}'
    )
    text = town.site_file.read_text().replace(str(town.people.signers), str(signers))
    town.site_file.write_text(text)
    found = run("doctor")
    assert (found.code, f"the key of suzuki ends on {soon:%Y-%m-%d}" in found.out) == (0, True)


@files_only
def test_a_store_that_others_read(town: Town, run: Run) -> None:
    town.seal(*wanted())
    (town.folder / "store.db").chmod(0o644)
    assert "chmod 600" in run("doctor").out


def test_a_lock_from_elsewhere_is_told_and_freed_by_hand(town: Town, run: Run) -> None:
    lock_from_elsewhere(town)
    told = run("doctor")
    assert told.code == 0
    assert "ext_ad is held by tanaka for 20260401-abc123 (on elsewhere" in told.out
    assert "chonai unlock ext_ad --operator NAME" in told.out
    freed = run("unlock", "ext_ad", "--operator", "suzuki")
    assert (freed.code, "ext_ad is free" in freed.out) == (0, True)
    assert "no system is held" in run("doctor").out
    with town.open() as site:
        (row,) = [row for row in site.store.journal.rows() if "released_lock" in row.entry.data]
    assert row.entry.actor == "suzuki"


def test_a_lock_that_is_alive_stays(town: Town, run: Run) -> None:
    with town.open() as site, site.store.locks.hold("ext_ad", "tanaka", "20260401-abc123"):
        refused = run("unlock", "ext_ad", "--operator", "suzuki")
    assert refused.code == 3
    assert "runs on this machine" in refused.err


def test_only_a_known_person_frees_and_only_what_is_held(town: Town, run: Run) -> None:
    town.seal(*wanted())
    free = run("unlock", "ext_ad", "--operator", "suzuki")
    assert (free.code, "Nobody holds ext_ad" in free.err) == (2, True)
    mistyped = run("unlock", "ext_da", "--operator", "suzuki")
    assert (mistyped.code, mistyped.out) == (2, "")
    assert "No system of the inventory" in mistyped.err
    assert "is called ext_da" in mistyped.err
    lock_from_elsewhere(town)
    assert run("unlock", "ext_ad", "--operator", "nobody").code == 3


def test_an_apply_that_meets_a_lock_says_who_holds_it_and_writes_nowhere(town: Town, run: Run) -> None:
    town.settle(kind="none", watcher=False)
    lock_from_elsewhere(town)
    id_ = town.seal(*wanted())
    refused = run("apply", id_, "--operator", "suzuki")
    assert refused.code == 3
    assert "tanaka" in refused.err
    data = json.loads(run("show", id_, "--format", "json").out)
    made = {plan["system"]: {change["status"] for change in plan["changes"]} for plan in data["plans"]}
    assert made == {"lgwan_ad": {"untouched"}, "ext_ad": {"untouched"}}


def test_policies_are_read_before_anything_is_planned(town: Town, run: Run) -> None:
    inventory = yaml.safe_load((town.folder / "hosts.yml").read_text())
    hosts = inventory["all"]["hosts"]
    hosts["lgwan_ad"] |= {"personnel_policy": {"bodies": "x", "nonsense": 1}, "addressing_policy": {"rules": []}}
    hosts["ext_ad"]["addressing_policy"] = {"rules": [], "language": "ja"}
    (town.folder / "hosts.yml").write_text(yaml.safe_dump(inventory))
    ill = run("doctor")
    assert ill.code == 1
    [failed] = [line for line in ill.out.splitlines() if line.startswith("fail")]
    assert "lgwan_ad" in failed
    assert "nonsense" in ill.out
    assert "ok    ext_ad: what the city has settled is readable (addressing_policy)" in ill.out
