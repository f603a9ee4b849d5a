"""Sentences and values as a reader sees them, in one language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from chonai.change.model import Change, Key, Plan, Record, Value
from chonai.reports.names import is_reference
from chonai.reports.review import Review
from chonai.reports.visible import visible
from chonai.text.messages import Message, sentences
from chonai.text.moments import moment

ATTRIBUTES = {
    "parent": "report.attribute_parent",
    "name": "report.attribute_name",
    "enabled": "report.attribute_enabled",
    "member": "report.attribute_member",
    "memberof": "report.attribute_member_of",
    "displayname": "report.attribute_display_name",
    "sn": "report.attribute_surname",
    "givenname": "report.attribute_given_name",
    "msds-phoneticdisplayname": "report.attribute_reading",
    "department": "report.attribute_section",
    "departmentnumber": "report.attribute_section_code",
    "title": "report.attribute_title",
    "samaccountname": "report.attribute_account",
    "uid": "report.attribute_account",
    "userprincipalname": "report.attribute_login",
    "mail": "report.attribute_mail",
    "employeeid": "report.attribute_staff_number",
    "employeenumber": "report.attribute_staff_number",
    "extensionname": "report.attribute_notes",
    "kana": "report.attribute_reading",
    "sectioncode": "report.attribute_section_code",
    "staffkey": "report.attribute_staff_number",
    "aliases": "report.attribute_aliases",
    "aliasends": "report.attribute_alias_ends",
    "listed": "report.attribute_listed",
    "whendisabled": "report.attribute_when_disabled",
    "forward": "report.attribute_forward",
    "forwarduntil": "report.attribute_forward_until",
    "quotamb": "report.attribute_quota",
    "initial_password": "report.attribute_initial_password",
    "read": "report.attribute_read",
    "write": "report.attribute_write",
    "manage": "report.attribute_manage",
    "special": "report.attribute_special",
    "inherits": "report.attribute_inherits",
    "empty": "report.attribute_empty",
    "instead_of": "report.attribute_instead_of",
    "network": "report.ledger_network",
    "vid": "report.ledger_vlan",
    "vlan": "report.ledger_vlan",
    "zone": "report.ledger_zone",
    "site": "report.ledger_site",
    "purpose": "report.ledger_purpose",
    "owner": "report.ledger_owner",
    "status": "report.ledger_status",
    "until": "report.ledger_until",
    "request": "report.ledger_request",
    "gateway": "report.attribute_gateway",
    "kind": "report.attribute_kind",
    "vrf": "report.attribute_vrf",
    "role": "report.attribute_role",
    "prefix": "report.attribute_prefix",
    "hostname": "report.attribute_hostname",
    "address": "report.attribute_address",
    "item": "report.attribute_item",
    "dns_zone": "report.attribute_dns_zone",
    "ended_by": "report.attribute_ended_by",
    "note": "report.attribute_note",
    "interface": "report.attribute_interface",
    "device": "report.attribute_device",
    "first": "report.attribute_first",
    "last": "report.attribute_last",
    "issuable": "report.attribute_issuable",
    "vlan_group": "report.attribute_vlan_group",
    "description": "report.attribute_description",
    "product": "report.attribute_product",
    "platform": "report.attribute_platform",
    "serial": "report.attribute_serial",
    "mac": "report.attribute_mac",
    "management": "report.attribute_management",
    "ttl": "report.attribute_ttl",
    "data": "report.attribute_data",
    "folder": "report.attribute_folder",
    "approvers": "report.attribute_approvers",
    "deputies": "report.attribute_deputies",
    "section": "report.attribute_section",
    "concurrentsections": "report.attribute_concurrentsections",
}
"""What people call usual attributes: of directories (RFC 4519, RFC 2798, Active Directory schema), mail, folders,
ledger.
"""


@dataclass(frozen=True, slots=True)
class Difference:
    """One attribute of a change in words. Of a set, `before` are the values taken away and `after` those added."""

    attribute: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wording:
    """Renders into `locale` (`en` or `ja`)."""

    locale: str

    def say(self, code: str, /, **fields: object) -> str:
        """A sentence of the catalogue."""
        return Message(code, fields).render(self.locale)

    def spoken(self, item: Message) -> str:
        """A sentence from a plan or a journal, safe to show."""
        return spoken(item, self.locale)

    def operation(self, name: str) -> str:
        """An operation in words, where there are words for it."""
        known = f"report.operation_{name}" in sentences("report", self.locale)
        return self.say(f"report.operation_{name}") if known else visible(name)

    def time(self, at: datetime) -> str:
        """To the minute, in the reader's zone and with its offset."""
        return moment(at)

    def value(self, value: Value) -> str:
        """One value; a set's values are given one by one."""
        if value is None or value == "":
            return self.say("report.nothing")
        if isinstance(value, bool):
            return self.say("report.yes" if value else "report.no")
        return visible(str(value))

    def attribute(self, name: str) -> str:
        """An attribute in words where there are words for it, and always as the system calls it."""
        code = ATTRIBUTES.get(name.lower())
        word = self.say(code) if code else name
        return f"{word} ({name})" if word != name else visible(name)

    def differences(self, review: Review, plan: Plan, change: Change) -> Iterator[Difference]:
        """Every attribute of a change, references as names, secrets as a sentence."""
        for attribute in _changing(change):
            shown = _Attribute(self, review, plan, attribute, is_reference(plan, change.key.type, attribute))
            yield Difference(self.attribute(attribute), shown.values(change.before), shown.values(change.after))
        for name in change.secrets:
            yield Difference(self.attribute(name), (), (self.say("report.secret"),))


def _changing(change: Change) -> list[str]:
    """The attributes that change. Others may stand in an update only to say what it is about."""
    before, after = change.before, change.after
    told = {name for name in before.keys() & after.keys() if before[name] == after[name]}
    return sorted((before.keys() | after.keys()) - told)


@dataclass(frozen=True, slots=True)
class _Attribute:
    """One attribute on either side of a change."""

    wording: Wording
    review: Review
    plan: Plan
    name: str
    is_reference: bool

    def values(self, record: Record) -> tuple[str, ...]:
        if self.name not in record:
            return ()
        value = record[self.name]
        return tuple(sorted(map(self._shown, value))) if isinstance(value, frozenset) else (self._shown(value),)

    def _shown(self, value: Value) -> str:
        if self.is_reference and isinstance(value, str):
            return visible(self.review.label(self.plan.system, Key.parse(value)))
        return self.wording.value(value)


def spoken(item: Message, locale: str) -> str:
    """A sentence from a plan or a journal, safe to show; code and fields where the catalogue does not know it."""
    try:
        return visible(item.render(locale))
    except (KeyError, ValueError, IndexError, AttributeError, TypeError, OSError):
        # Kept by another version of chonai: its words are gone, what it was about is not.
        fields = ", ".join(f"{name}={value}" for name, value in item.fields.items())
        return visible(f"{item.code}: {fields}")


def message_of(data: object) -> Message | None:
    """A message as the journal keeps it; None for anything else."""
    if isinstance(data, Mapping) and isinstance(data.get("code"), str) and isinstance(data.get("fields"), Mapping):
        return Message(data["code"], data["fields"])
    return None
