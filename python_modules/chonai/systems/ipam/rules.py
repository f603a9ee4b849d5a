"""What no program can do to a ledger, whatever it is: rules that the database itself keeps, on both engines.

A rule is a condition over the row as it would be (`NEW`), and for an update as it was (`OLD`), in SQL that both
understand; where it is true the row is refused under the rule's name. SQLite has one writer at a time. On PostgreSQL
each trigger first locks what its rules look at, and works in READ COMMITTED only: then a rule sees what was committed
before the lock was given, and two writers side by side cannot both be right. What a reader wants to know:
docs/systems/ipam.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from chonai.systems.ipam.fields import TYPES, references
from chonai.systems.ipam.schema import METADATA, NAMES, VERSION, VERSION_TABLE

REFUSED = "chonai ledger: "
"""Stands before the rule's name in what SQLite says."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Refuses a row for which the condition is true."""

    name: str
    table: str
    condition: str
    on_insert: bool = True


UNIQUE = {
    "zones_name_taken": ("zones", ("name",)),
    "sites_name_taken": ("sites", ("name",)),
    "vrfs_name_taken": ("vrfs", ("name",)),
    "vlans_taken": ("vlans", ("coalesce('group ' || vlan_group, 'site ' || site, '')", "vid")),
    "addresses_taken": ("addresses", ("prefix", "address")),
    "devices_name_taken": ("devices", ("name",)),
    "interfaces_name_taken": ("interfaces", ("device", "name")),
}
"""Two rows may not agree in all of these."""

# A prefix holds what lies between its first and last position. Another one of its VRF may touch it only where one of
# the two is a container and has the other in it.
_OVERLAP = """EXISTS (SELECT 1 FROM prefixes o WHERE o.vrf = NEW.vrf AND o.id <> NEW.id
AND o.first <= NEW.last AND o.last >= NEW.first
AND NOT (o.kind = 'container' AND o.bits < NEW.bits) AND NOT (NEW.kind = 'container' AND NEW.bits < o.bits))"""
_MOVED = "(OLD.vrf <> NEW.vrf OR OLD.first <> NEW.first OR OLD.bits <> NEW.bits OR OLD.kind <> NEW.kind)"
_HAS = "EXISTS (SELECT 1 FROM {0} c WHERE c.prefix = NEW.id{1})"
_OTHER_GATEWAY = "coalesce(OLD.gateway, '') <> coalesce(NEW.gateway, '')"
_MISPLACED = " AND (c.role = 'gateway') <> (c.address = coalesce(NEW.gateway, ''))"

_SOME = "EXISTS (SELECT 1 FROM {0} WHERE {1})"
_IN_PREFIX = "EXISTS (SELECT 1 FROM prefixes p WHERE p.id = NEW.prefix AND {0})"
_INSIDE = _IN_PREFIX.format("p.kind = 'assignable' AND NEW.{0} BETWEEN p.first AND p.last")
# RFC 3021: both addresses of a /31 are hosts'. RFC 4291 2.6.1: the first address of an IPv6 network is that of any of
# its routers; RFC 6164: but not of a /127.
_NETWORKS_OWN = (
    "(length(p.first) = 33 AND p.bits < 31 AND NEW.address IN (p.first, p.last))"
    " OR (length(p.first) = 129 AND p.bits < 127 AND NEW.address = p.first)"
)
_GATEWAYS = "(NEW.role = 'gateway') <> (NEW.address = coalesce(p.gateway, ''))"
_BLOCKED = (
    "EXISTS (SELECT 1 FROM ranges r WHERE r.prefix = NEW.prefix AND NOT r.issuable"
    " AND NEW.address BETWEEN r.first AND r.last)"
)
_RANGE_OVERLAP = (
    "EXISTS (SELECT 1 FROM ranges o WHERE o.prefix = NEW.prefix AND o.id <> NEW.id"
    " AND o.first <= NEW.last AND o.last >= NEW.first)"
)
_COVERS = (
    "NOT NEW.issuable AND EXISTS (SELECT 1 FROM addresses a WHERE a.prefix = NEW.prefix"
    " AND a.address BETWEEN NEW.first AND NEW.last)"
)

RULES = (
    Rule("prefixes_overlap", "prefixes", _OVERLAP),
    Rule("prefixes_not_empty", "prefixes", f"{_MOVED} AND {_HAS.format('addresses', '')}", on_insert=False),
    Rule("prefixes_not_empty", "prefixes", f"{_MOVED} AND {_HAS.format('ranges', '')}", on_insert=False),
    Rule(
        "prefixes_gateway_taken",
        "prefixes",
        f"{_OTHER_GATEWAY} AND {_HAS.format('addresses', _MISPLACED)}",
        on_insert=False,
    ),
    Rule("ranges_outside", "ranges", f"NOT {_INSIDE.format('first')} OR NOT {_INSIDE.format('last')}"),
    Rule("ranges_overlap", "ranges", _RANGE_OVERLAP),
    Rule("ranges_cover", "ranges", _COVERS),
    Rule("addresses_outside", "addresses", f"NOT {_INSIDE.format('address')}"),
    Rule("addresses_not_for_hosts", "addresses", _IN_PREFIX.format(f"({_NETWORKS_OWN})")),
    Rule("addresses_gateway", "addresses", _IN_PREFIX.format(_GATEWAYS)),
    Rule("addresses_blocked", "addresses", _BLOCKED),
)

_LOCKS = {
    "prefixes": "PERFORM 1 FROM vrfs WHERE id = NEW.vrf FOR NO KEY UPDATE;",
    "ranges": "PERFORM 1 FROM prefixes WHERE id = NEW.prefix FOR NO KEY UPDATE;",
    "addresses": "PERFORM 1 FROM prefixes WHERE id = NEW.prefix FOR SHARE;",
}

_SQLITE = """CREATE TRIGGER "{name}" BEFORE {event} ON {table} WHEN {condition}
BEGIN SELECT RAISE(ABORT, '{refused}{rule}'); END"""

_POSTGRESQL = """CREATE FUNCTION ledger_{table}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF current_setting('transaction_isolation') <> 'read committed' THEN
RAISE EXCEPTION 'the ledger is written in READ COMMITTED only' USING ERRCODE = 'integrity_constraint_violation',
CONSTRAINT = 'read_committed'; END IF;
{lock}
{checks}
RETURN NEW; END $$"""
_POSTGRESQL_CHECK = """IF {when}({condition}) THEN
RAISE EXCEPTION '{rule}' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = '{rule}'; END IF;"""
_POSTGRESQL_TRIGGER = (
    "CREATE TRIGGER ledger_rules BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION ledger_{table}()"
)


def create(connection: Connection) -> None:
    """Make tables and rules in a database without them, inside the caller's transaction."""
    METADATA.create_all(connection, checkfirst=False)
    for name, (table, parts) in UNIQUE.items():
        connection.exec_driver_sql(f"CREATE UNIQUE INDEX {name} ON {table} ({', '.join(map(_part, parts))})")
    is_sqlite = connection.dialect.name == "sqlite"
    for statement in _sqlite() if is_sqlite else _postgresql():
        connection.exec_driver_sql(statement)
    connection.execute(VERSION_TABLE.insert(), {"version": VERSION})


def _part(expression: str) -> str:
    return f"({expression})" if "(" in expression else expression


def _sqlite() -> Iterator[str]:
    """Triggers for all of it: a program that has not turned foreign keys on, or says OR REPLACE, must not slip
    through.
    """
    rules = [*RULES, *_unique_rules(), *_reference_rules()]
    for n, rule in enumerate(rules):
        for event in ("INSERT", "UPDATE") if rule.on_insert else ("UPDATE",):
            name = f"{rule.name}_{n}_{event.lower()}"
            yield _sqlite_trigger(name, event, rule.table, rule.condition, rule.name)
    for type_ in TYPES:
        table = NAMES[type_]
        there = _SOME.format(table, "id = NEW.id")
        yield _sqlite_trigger(f"{table}_id_insert", "INSERT", table, there, f"{table}_id_taken")
        yield _sqlite_trigger(f"{table}_id_update", "UPDATE", table, "NEW.id <> OLD.id", f"{table}_id_taken")
    for rule in _deletion_rules():
        yield _sqlite_trigger(f"{rule.name}_delete", "DELETE", rule.table, rule.condition, rule.name)


def _sqlite_trigger(name: str, event: str, table: str, condition: str, rule: str) -> str:
    return _SQLITE.format(name=name, event=event, table=table, condition=condition, refused=REFUSED, rule=rule)


def _unique_rules() -> Iterator[Rule]:
    for name, (table, parts) in UNIQUE.items():
        same = " AND ".join(f"{_of('o', part)} = {_of('NEW', part)}" for part in parts)
        yield Rule(name, table, _SOME.format(f"{table} o", f"o.id <> NEW.id AND {same}"))


def _of(row: str, part: str) -> str:
    """A part of a unique key, of one of two rows."""
    if "(" not in part:
        return f"{row}.{part}"
    return part.replace("vlan_group", f"{row}.vlan_group").replace("|| site", f"|| {row}.site")


def _reference_rules() -> Iterator[Rule]:
    for type_ in TYPES:
        for name, target in references(type_).items():
            known = _SOME.format(NAMES[target], f"id = NEW.{name}")
            yield Rule(f"{NAMES[type_]}_{name}_exists", NAMES[type_], f"NEW.{name} IS NOT NULL AND NOT {known}")


def _deletion_rules() -> Iterator[Rule]:
    for type_ in TYPES:
        for name, target in references(type_).items():
            used = _SOME.format(NAMES[type_], f"{name} = OLD.id")
            yield Rule(f"{NAMES[type_]}_{name}_exists", NAMES[target], used)


def _postgresql() -> Iterator[str]:
    for table in dict.fromkeys(rule.table for rule in RULES):
        checks = "\n".join(
            _POSTGRESQL_CHECK.format(
                when="" if rule.on_insert else "TG_OP = 'UPDATE' AND ",
                condition=" ".join(rule.condition.split()),
                rule=rule.name,
            )
            for rule in RULES
            if rule.table == table
        )
        yield _POSTGRESQL.format(table=table, lock=_LOCKS[table], checks=checks)
        yield _POSTGRESQL_TRIGGER.format(table=table)
