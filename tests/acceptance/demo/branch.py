"""The last chapter: a branch office gets VLAN, network, addresses and names, on ledger and DNS in one change set."""

from __future__ import annotations

import json
from dataclasses import dataclass

from tests.acceptance.demo.network import answers, expected, issued, ledger, zones
from tests.acceptance.demo.shell import Shell
from tests.acceptance.demo.teller import Teller
from tests.contract.nameserver import PRIMARY, SECONDARY, ZONE
from tests.lab import LAB

REQUEST, NUMBER = "inventories/shiomino/files/branch-office.yml", "R8-0412"
COMMAND = ("ansible-playbook", "-i", "inventories/shiomino", "playbooks/issue_address.yml", "-e", f"request={REQUEST}")
MACHINES = 12


@dataclass(frozen=True, slots=True)
class BranchOffice:
    """Told by the same teller as what came before, in the same shell."""

    teller: Teller
    shell: Shell

    def tell(self) -> None:
        """Planned, approved, applied, looked up, planned again and taken back."""
        tell, before = self.teller, (zones(), ledger())
        tell.step("branch")
        [id_] = self._made(*COMMAND)
        tell.prove("proof_branch_plan", holds=(zones(), ledger()) == before)
        self._carry_out(id_)
        self._look_up()
        tell.say("again")
        tell.prove("proof_branch_again", holds=not self._made(*COMMAND))
        tell.say("branch_undo")
        [back] = self._made("chonai", "undo", id_)
        self._carry_out(back)
        tell.prove("proof_branch_zones", holds=zones() == before[0])
        tell.prove("proof_branch_ledger", holds=ledger() == before[1])

    def _carry_out(self, id_: str) -> None:
        self.shell.run("chonai", "approve", id_, "--as", "suzuki", "--key", str(LAB / "keys/suzuki"), lines=7)
        self.shell.run("chonai", "apply", id_, "--operator", "sato", "--watcher", "tanaka")

    def _look_up(self) -> None:
        """One machine before the reader's eyes, all of them on both name servers."""
        given = issued(NUMBER)
        name, address = next(iter(given.items()))
        asked = (f"{name}.{ZONE}", "A", "-x", address)
        self.shell.run("dig", "+noall", "+answer", f"@{SECONDARY}", *asked)
        self.teller.prove("proof_branch_ledger_has", holds=len(given) == MACHINES, count=MACHINES)
        for server in (PRIMARY, SECONDARY):
            held = bool(given) and answers(given, server) == expected(given)
            self.teller.prove("proof_branch_names", holds=held, server=server)

    def _made(self, *command: str) -> list[str]:
        """Run a command; the change sets that it made."""
        known = self._change_sets()
        self.shell.run(*command)
        return [id_ for id_ in self._change_sets() if id_ not in known]

    def _change_sets(self) -> list[str]:
        said = json.loads(self.shell.read("chonai", "list", "--format", "json"))
        return [one["id"] for one in said["change_sets"]]
