"""`fake-netbox`: a FAKE that answers as NetBox does, as far as chonai asks. It is no NetBox: it stands in for one where
none can be installed (NetBox 4.7 wants Python 3.12, PostgreSQL and Redis). What it says to what, was taken from a real
NetBox 4.7.3; docs/systems/netbox.md says how the same tests run against a real one.

A process of its own, over TLS, behind a token; it keeps everything in memory and forgets it at its end. A query that it
does not know is an error here, and is passed over by a real NetBox.
"""

from __future__ import annotations

import argparse
import copy
import json
import ssl
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_interface, ip_network
from itertools import count, islice
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.netbox.fake_models import ADDRESSES, CUSTOM_FIELDS, DEVICES, INTERFACES, SPECS, TAGS
from tests.netbox.fake_rules import Errors, Stored, errors_of

VERSION, MOST = "4.7.3", 1_000
PRESENTATION = {"limit", "offset", "ordering", "fields"}
Reply = tuple[int, Any]


class Fake:
    """Everything that it keeps: objects by path and id, links as ids, choices as words."""

    def __init__(self) -> None:
        self.tables: dict[str, dict[int, Stored]] = {path: {} for path in SPECS}
        self._ids = {path: count(1) for path in SPECS}

    # reading

    def listed(self, path: str, query: dict[str, list[str]], where: str) -> Reply:
        """A page of a list."""
        found = [id_ for id_ in sorted(self.tables[path]) if self._fits(path, id_, query)]
        limit, offset = (int(query.get(name, [default])[0]) for name, default in (("limit", "50"), ("offset", "0")))
        end = offset + min(limit or MOST, MOST)
        fields = query.get("fields", [""])[0].split(",")
        page = [self.shown(path, id_, fields) for id_ in found[offset:end]]
        following = f"{where}?limit={end - offset}&offset={end}" if end < len(found) else None
        return 200, {"count": len(found), "next": following, "previous": None, "results": page}

    def _fits(self, path: str, id_: int, query: dict[str, list[str]]) -> bool:
        one = self.tables[path][id_]
        return all(self._answers(one, id_, name, values) for name, values in query.items() if name not in PRESENTATION)

    @staticmethod
    def _answers(one: Stored, id_: int, name: str, values: list[str]) -> bool:
        if name == "id__gt":
            return id_ > int(values[0])
        if name == "id":
            return str(id_) in values
        if name.endswith("__isw"):
            return str(one[name.removesuffix("__isw")]).lower().startswith(values[0].lower())
        if name == "parent":
            host = ip_interface(one["address"] if "address" in one else one["start_address"]).ip
            return any(host in ip_network(value) for value in values)
        if name == "enforce_unique":
            return str(one[name]).lower() == values[0]
        name = name.removesuffix("_id")
        return str(one[name]) in values

    def shown(self, path: str, id_: int, fields: list[str]) -> Stored:
        """An object as it is answered with, all of it or these fields."""
        whole = self._brief(path, id_) | self._whole(path, self.tables[path][id_])
        return whole if fields == [""] else {name: whole[name] for name in fields if name in whole}

    def _whole(self, path: str, one: Stored) -> Stored:
        spec = SPECS[path]
        found = {name: one[name] for name in spec.plain}
        found |= {name: self._brief(of, one[name]) if one[name] else None for name, of in spec.links.items()}
        for name, known in spec.choices.items():
            found[name] = {"value": one[name], "label": known[one[name]]} if one[name] else None
        if spec.tagged:
            found["tags"] = [self._brief(TAGS, tag) for tag in one["tags"]]
            found["custom_fields"] = {name: one["custom_fields"].get(name) for name in self._customs(spec.kind)}
        return found

    def _brief(self, path: str, id_: int) -> Stored:
        spec, one = SPECS[path], self.tables[path][id_]
        names = {name: one[name] for name in spec.brief if name in spec.plain}
        return {
            "id": id_,
            "url": f"https://fake/api/{path}/{id_}/",
            "display": str(next(iter(names.values()))),
            **names,
        }

    def _customs(self, kind: str) -> Iterator[str]:
        return iter(sorted(one["name"] for one in self.tables[CUSTOM_FIELDS].values() if kind in one["object_types"]))

    # writing: all of a request or none of it

    def create(self, path: str, data: Any) -> Reply:
        """POST: one object, or a list of them."""
        many = data if isinstance(data, list) else [data]
        kept = copy.deepcopy(self.tables)
        made, errors = [], []
        for n, one in enumerate(many):
            id_ = next(self._ids[path])
            if wrong := self._put(path, 0, id_, self._blank(path), one):
                errors.append({"index": n, "errors": wrong})
            else:
                made.append(id_)
        if errors:
            self.tables = kept
            told = f"{len(errors)} of {len(many)} objects could not be created."
            return 400, {"detail": told, "errors": errors} if isinstance(data, list) else errors[0]["errors"]
        shown = [self.shown(path, id_, [""]) for id_ in made]
        return 201, shown if isinstance(data, list) else shown[0]

    def update(self, path: str, data: list[Stored]) -> Reply:
        """PATCH of a list."""
        if (missing := self._missing(path, data)) is not None:
            return missing
        kept = copy.deepcopy(self.tables)
        errors = []
        for one in sorted(data, key=lambda one: int(one["id"])):
            own = copy.deepcopy(self.tables[path][one["id"]])
            if wrong := self._put(path, one["id"], one["id"], own, {k: v for k, v in one.items() if k != "id"}):
                errors.append({"id": one["id"], "errors": wrong})
        if errors:
            self.tables = kept
            return 400, {"detail": f"{len(errors)} of {len(data)} objects could not be updated.", "errors": errors}
        return 200, [self.shown(path, one["id"], [""]) for one in data]

    def delete(self, path: str, data: list[Stored]) -> Reply:
        """DELETE of a list."""
        if (missing := self._missing(path, data)) is not None:
            return missing
        errors = []
        kept = copy.deepcopy(self.tables)
        for one in data:
            if users := self._users(path, one["id"]):
                said = f"Unable to delete: {users} dependent object(s) prevent deletion."
                errors.append({"id": one["id"], "errors": {"__all__": [said]}})
            else:
                self._remove(path, one["id"])
        if errors:
            self.tables = kept
            return 409, {"detail": f"{len(errors)} of {len(data)} objects could not be deleted.", "errors": errors}
        return 204, None

    def _missing(self, path: str, data: list[Stored]) -> Reply | None:
        gone = [one["id"] for one in data if one["id"] not in self.tables[path]]
        errors = [{"id": id_, "errors": {"id": [f"Object with ID {id_} does not exist"]}} for id_ in gone]
        told = f"{len(gone)} of {len(data)} objects could not be found."
        return (400, {"detail": told, "errors": errors}) if gone else None

    @staticmethod
    def _blank(path: str) -> Stored:
        spec = SPECS[path]
        found = {name: value for name, value in spec.plain.items() if value is not ...}
        found |= {name: None for name in spec.links if name not in spec.needed}
        found |= {name: next(iter(known)) for name, known in spec.choices.items()}
        return found | ({"tags": [], "custom_fields": {}} if spec.tagged else {})

    def _put(self, path: str, old: int, id_: int, own: Stored, data: Stored) -> Errors:
        customs = data.get("custom_fields", {})
        known = set(self._customs(SPECS[path].kind))
        if unknown := sorted(customs.keys() - known):
            return {
                "custom_fields": {one: f"Custom field '{one}' does not exist for this object type." for one in unknown}
            }
        tags = {"tags": [tag["id"] for tag in data["tags"]]} if "tags" in data else {}
        own |= {**data, **tags}
        if SPECS[path].tagged:
            own["custom_fields"] = {**self.tables[path].get(id_, {}).get("custom_fields", {}), **customs}
        wrong = errors_of(self.tables, path, SPECS[path], old, own)
        if not wrong:
            self.tables[path][id_] = own
        return wrong

    def _users(self, path: str, id_: int) -> int:
        """How many objects keep one from being deleted: those that name it, but a device's interfaces go with it."""
        return sum(
            one.get(name) == id_
            for other, spec in SPECS.items()
            for name, of in spec.links.items()
            if of == path and (path, other) != (DEVICES, INTERFACES) and name != "untagged_vlan"
            for one in self.tables[other].values()
        )

    def _remove(self, path: str, id_: int) -> None:
        self.tables[path].pop(id_, None)
        for other, link in ((INTERFACES, "device"), (ADDRESSES, "assigned_object_id")):
            if (path, other) in ((DEVICES, INTERFACES), (INTERFACES, ADDRESSES)):
                for own in [own for own, one in self.tables[other].items() if one[link] == id_]:
                    self._remove(other, own)
        for one in (one for own in self.tables.values() for one in own.values() if path == TAGS and "tags" in one):
            one["tags"] = [tag for tag in one["tags"] if tag != id_]
        for table, spec in SPECS.items():
            for name in (name for name, of in spec.links.items() if of == path):
                for one in self.tables[table].values():
                    one[name] = None if one[name] == id_ else one[name]


def handler(fake: Fake, token: str) -> type[BaseHTTPRequestHandler]:
    """Serves the fake behind a token, one request at a time."""
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version, disable_nagle_algorithm = "HTTP/1.1", True

        def _serve(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            data = json.loads(self.rfile.read(length) or "null")
            with lock:
                status, body = self._answer(data)
            told = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("API-Version", ".".join(islice(VERSION.split("."), 2)))
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        def _answer(self, data: Any) -> Reply:
            if self.headers.get("Authorization") not in (f"Token {token}", f"Bearer {token}"):
                return 403, {"detail": "Invalid token"}
            parts = urlsplit(self.path)
            path = parts.path.removeprefix("/api/").strip("/")
            if path == "status":
                return 200, {"netbox-version": VERSION}
            if path not in SPECS:
                return 404, {"detail": "Not found."}
            if self.command == "GET":
                return fake.listed(path, parse_qs(parts.query), f"https://{self.headers['Host']}{parts.path}")
            return {"POST": fake.create, "PATCH": fake.update, "DELETE": fake.delete}[self.command](path, data)

        do_GET = do_POST = do_PATCH = do_DELETE = _serve  # noqa: N815 (names that http.server looks for)

        def log_message(self, *told: object) -> None:
            """Nothing is logged."""

    return Handler


def main() -> None:
    """Serve until standard input ends; the port is told on standard output."""
    parser = argparse.ArgumentParser(description="A FAKE of NetBox, for tests")
    for name in ("host", "certificate", "token"):
        parser.add_argument(f"--{name}", required=True)
    told = parser.parse_args()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(told.certificate)
    with ThreadingHTTPServer((told.host, 0), handler(Fake(), told.token)) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print(server.server_port, flush=True)
        sys.stdin.read()
        server.shutdown()


if __name__ == "__main__":
    main()
