"""`fake-awx`: a FAKE that answers as AWX 24 does, as far as the modules ask that `chonai awx export` writes tasks for.
It is no AWX: it keeps objects in memory and runs nothing. Rules of AWX that it holds are in tests/awx/rules.py.

    python -m tests.awx.fake_awx PORT
"""

from __future__ import annotations

import json
import re
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.awx.rules import answers, of_credential_type, of_schedule, of_survey

VERSION = "24.6.1"
Stored = dict[str, Any]
Reply = tuple[int, Any]
TYPES = {
    "organizations": "organization",
    "credential_types": "credential_type",
    "credentials": "credential",
    "execution_environments": "execution_environment",
    "projects": "project",
    "inventories": "inventory",
    "inventory_sources": "inventory_source",
    "job_templates": "job_template",
    "workflow_job_templates": "workflow_job_template",
    "workflow_job_template_nodes": "workflow_job_template_node",
    "workflow_approval_templates": "workflow_approval_template",
    "schedules": "schedule",
    "instance_groups": "instance_group",
    "notification_templates": "notification_template",
}
UNIFIED = ("projects", "inventory_sources", "job_templates", "workflow_job_templates")
GIVEN = {
    "instance_groups": ("default",),
    "notification_templates": ("mail",),
    "credentials": ("vault", "git"),
}
"""What a city has in its AWX before."""


class Refusal(Exception):
    """What AWX answers with 400."""


class Fake:
    """All objects by path and id; what is associated with them, by its name."""

    def __init__(self) -> None:
        self.tables: dict[str, dict[int, Stored]] = {path: {} for path in TYPES}
        self.surveys: dict[int, Stored] = {}
        self.links: dict[tuple[int, str], list[int]] = {}
        self._ids = count(1)
        for path, names in GIVEN.items():
            for name in names:
                self.make(path, {"name": name})

    def make(self, path: str, data: Stored) -> Stored:
        """A new object. Raises Refusal."""
        key = next(self._ids)
        url = f"/api/v2/{path}/{key}/"
        related = {"survey_spec": f"{url}survey_spec/"} if path.endswith("job_templates") else {}
        made = {"id": key, "type": TYPES[path], "url": url, "related": related, "summary_fields": {}}
        if path == "projects":
            made["scm_revision"] = ""
        self._check(path, data)
        self.tables[path][key] = made | data
        return self.tables[path][key]

    def change(self, path: str, key: int, data: Stored) -> Stored:
        """The object, changed. Raises Refusal."""
        self._check(path, self.tables[path][key] | data)
        self.tables[path][key] |= data
        return self.tables[path][key]

    def remove(self, path: str, key: int) -> None:
        """The object, and what hangs on it."""
        del self.tables[path][key]
        for other, field in (
            ("schedules", "unified_job_template"),
            ("workflow_job_template_nodes", "workflow_job_template"),
        ):
            for one in [one for one in self.tables[other].values() if one.get(field) == key]:
                self.remove(other, one["id"])

    def find(self, path: str, query: Stored) -> list[Stored]:
        """Objects whose fields are as in the query."""
        tables = UNIFIED if path == "unified_job_templates" else (path,)
        everything = [one for table in tables for one in self.tables[table].values()]
        return [one for one in everything if all(str(one.get(name)) == value for name, value in query.items())]

    def survey_of(self, template: int) -> Stored:
        """The survey that a template asks."""
        return self.surveys.get(template, {})

    def _check(self, path: str, data: Stored) -> None:
        wrong: list[str] = []
        if path == "schedules":
            wrong = of_schedule(data["rrule"])
            wrong += answers(self.survey_of(data["unified_job_template"]), data.get("extra_data", {}))
        elif path == "credential_types":
            wrong = of_credential_type(data["inputs"], data["injectors"])
        elif path == "workflow_job_template_nodes" and "extra_data" in data:
            survey = self.survey_of(data["unified_job_template"])
            wrong = answers(survey, data["extra_data"])
        if wrong:
            raise Refusal(wrong)


class Handler(BaseHTTPRequestHandler):
    """Speaks HTTP for the fake."""

    fake = Fake()

    def do_GET(self) -> None:
        self._answer("GET")

    def do_POST(self) -> None:
        self._answer("POST")

    def do_PATCH(self) -> None:
        self._answer("PATCH")

    def do_DELETE(self) -> None:
        self._answer("DELETE")

    def log_message(self, *_: object) -> None:
        """Not a word."""

    def _answer(self, method: str) -> None:
        url = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        data = json.loads(self.rfile.read(length) or b"{}")
        try:
            code, body = self._reply(
                method, url.path.removeprefix("/api/v2/").strip("/"), dict(parse_qsl(url.query)), data
            )
        except Refusal as refusal:
            code, body = 400, {"__all__": refusal.args[0], "error": str(refusal)}
        payload = b"" if body is None else json.dumps(body).encode()
        self.send_response(code)
        self.send_header("X-API-Product-Name", "AWX")
        self.send_header("X-API-Product-Version", VERSION)
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def _reply(self, method: str, path: str, query: Stored, data: Stored) -> Reply:
        if found := re.fullmatch(r"(\w+)", path):
            return self._of_all(method, found[1], query, data)
        if found := re.fullmatch(r"(\w+)/(\d+)", path):
            return self._of_one(method, found[1], int(found[2]), data)
        if found := re.fullmatch(r"(\w+)/(\d+)/(\w+)", path):
            return self._of_part(method, found[1], int(found[2]), found[3], data)
        return 404, {"detail": "Not found."}

    def _of_all(self, method: str, path: str, query: Stored, data: Stored) -> Reply:
        if method == "POST":
            return 201, self.fake.make(path, data)
        found = self.fake.find(path, query)
        return 200, {"count": len(found), "next": None, "results": found}

    def _of_one(self, method: str, path: str, key: int, data: Stored) -> Reply:
        if key not in self.fake.tables[path]:
            return 404, {"detail": "Not found."}
        if method == "PATCH":
            return 200, self.fake.change(path, key, data)
        if method == "DELETE":
            self.fake.remove(path, key)
            return 204, None
        return 200, self.fake.tables[path][key]

    def _of_part(self, method: str, path: str, key: int, part: str, data: Stored) -> Reply:
        if part == "survey_spec":
            return self._of_survey(method, key, data)
        if part == "create_approval_template":
            made = self.fake.make("workflow_approval_templates", data)
            node = self.fake.tables[path][key]
            node["unified_job_template"] = made["id"]
            node["related"]["unified_job_template"] = made["url"]
            return 201, made
        if path == "workflow_approval_templates":
            return 404, {"detail": "Not found."}
        return self._of_links(method, key, part, data)

    def _of_survey(self, method: str, key: int, data: Stored) -> Reply:
        if method == "POST":
            if wrong := of_survey(data):
                raise Refusal(wrong)
            self.fake.surveys[key] = data
        elif method == "DELETE":
            self.fake.surveys.pop(key, None)
        return 200, self.fake.surveys.get(key, {})

    def _of_links(self, method: str, key: int, part: str, data: Stored) -> Reply:
        linked = self.fake.links.setdefault((key, part), [])
        if method == "POST":
            if data.get("disassociate"):
                linked.remove(data["id"])
            else:
                linked.append(data["id"])
            return 204, None
        return 200, {"count": len(linked), "next": None, "results": [{"id": one} for one in linked]}


def main() -> None:
    """Serves until it is stopped; says its port."""
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
