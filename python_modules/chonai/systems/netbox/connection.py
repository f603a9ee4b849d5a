"""Requests to NetBox through pynetbox: over verified TLS, whole lists page by page, writes in bulk."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import requests
from pynetbox.core.query import AllocationError, ContentError, Request, RequestError
from requests.adapters import HTTPAdapter
from requests.exceptions import RequestException
from urllib3.util import Retry

from chonai.change.errors import ChonaiError, Fault, SystemUnreachable
from chonai.systems.netbox.settings import Limits, NetboxSettings

Document: TypeAlias = Mapping[str, Any]

OLDEST = (4, 3)
"""Before it ranges cannot keep addresses out (`mark_populated`), and since 4.2 prefixes have scopes."""
REFUSED = (401, 403)
AWAY = (429, 502, 503, 504)
"""NetBox, or what stands before it, says that it does not serve now."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """NetBox did not do what it was asked: its status and its words.

    at   the place in the request of the one that is to blame, where NetBox names it
    """

    status: int
    text: str
    at: frozenset[int] = field(default_factory=frozenset)


class Connection:
    """One NetBox."""

    def __init__(self, settings: NetboxSettings, session: requests.Session) -> None:
        self._settings, self._session = settings, session

    @classmethod
    @contextmanager
    def open(cls, settings: NetboxSettings) -> Iterator[Connection]:
        """Connected while inside. Raises SystemUnreachable without connection or login, Fault for what is no NetBox, or
        too old.
        """
        with _session(settings) as session:
            connection = cls(settings, session)
            connection._check_version()
            yield connection

    def listed(self, path: str, query: Mapping[str, object]) -> list[Document]:
        """All objects at a path that the query fits. Raises Fault when reading is refused."""
        found: list[Document] = []
        while True:
            page, left = self._page(path, {**query, "ordering": "id", "id__gt": found[-1]["id"] if found else 0})
            found += page
            if len(page) >= left:
                return found

    def _page(self, path: str, query: Mapping[str, object]) -> tuple[list[Document], int]:
        """The first objects, and how many there are in all. From id to id nothing is missed while others write, as it
        would be by position.
        """
        request = self._request(path, query, limit=self._settings.limits.page, offset=0)
        with self._failures_named():
            try:
                return list(request.get()), int(request.count)
            except RequestError as error:
                raise self._fault(path, error) from error

    def create(self, path: str, documents: Sequence[Document]) -> list[Document] | Refusal:
        """Make all of them, or none; what NetBox made of them, in order."""
        return self._written(path, "post", documents)

    def update(self, path: str, documents: Sequence[Document]) -> list[Document] | Refusal:
        """Change all of these fields of objects, each with its `id`, or none."""
        return self._written(path, "patch", documents)

    def delete(self, path: str, ids: Sequence[int]) -> list[Document] | Refusal:
        """Delete all of them, or none."""
        return self._written(path, "delete", [{"id": id_} for id_ in ids])

    def _written(self, path: str, verb: str, documents: Sequence[Document]) -> list[Document] | Refusal:
        request = self._request(path)
        with self._failures_named():
            try:
                reply = getattr(request, verb)(list(documents))
            except AllocationError as error:
                return _refusal(error.req, documents)
            except RequestError as error:
                if error.req.status_code in AWAY:
                    raise self._away(f"HTTP {error.req.status_code}") from error
                return _refusal(error.req, documents)
        return reply if isinstance(reply, list) else []

    def _check_version(self) -> None:
        with self._failures_named():
            try:
                told = self._request("").get_status().get("netbox-version", "")
            except RequestError as error:
                if error.req.status_code in REFUSED:
                    raise self._refused_login(error) from error
                raise self._fault("status", error) from error
            except (ValueError, AttributeError) as error:
                raise self._no_netbox() from error
        self._check(str(told))

    def _check(self, told: str) -> None:
        first, _, rest = told.partition(".")
        second = rest.partition(".")[0]
        if not (first.isdigit() and second.isdigit()):
            raise self._no_netbox()
        if (int(first), int(second)) < OLDEST:
            oldest = ".".join(map(str, OLDEST))
            raise Fault("netbox.too_old", system=self._settings.name, url=self._settings.url, found=told, oldest=oldest)

    def _request(self, path: str, query: Mapping[str, object] | None = None, **more: int) -> Request:
        where = f"{self._settings.url}/api/{path}"
        return Request(where, self._session, filters=dict(query or {}), token=self._settings.token, **more)

    @contextmanager
    def _failures_named(self) -> Iterator[None]:
        try:
            yield
        except ContentError as error:
            raise self._no_netbox() from error
        except (RequestException, OSError) as error:
            raise self._away(str(error)[:300]) from error

    def _fault(self, path: str, error: RequestError) -> ChonaiError:
        status = error.req.status_code
        if status in AWAY:
            return self._away(f"HTTP {status}")
        why = _refusal(error.req, ()).text
        return Fault("netbox.read_refused", system=self._settings.name, path=path, status=status, why=why)

    def _away(self, why: str) -> SystemUnreachable:
        return SystemUnreachable("netbox.unreachable", system=self._settings.name, url=self._settings.url, why=why)

    def _refused_login(self, error: RequestError) -> SystemUnreachable:
        name, url, why = self._settings.name, self._settings.url, _refusal(error.req, ()).text
        return SystemUnreachable("netbox.login_refused", system=name, url=url, why=why)

    def _no_netbox(self) -> Fault:
        return Fault("netbox.no_netbox", system=self._settings.name, url=self._settings.url)


class _Patient(HTTPAdapter):
    """Waits as long as the settings say, and sends again what only reads."""

    def __init__(self, limits: Limits) -> None:
        self._timeout = (limits.connect, limits.reply)
        retry = Retry(
            limits.attempts - 1,
            status_forcelist=AWAY,
            allowed_methods=("GET",),
            backoff_factor=0.2,
            redirect=0,
            raise_on_status=False,
        )
        super().__init__(max_retries=retry)

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """One request; pynetbox names no time."""
        return super().send(request, *args, **{**kwargs, "timeout": self._timeout})


def _session(settings: NetboxSettings) -> requests.Session:
    """A session for this server alone: no proxy, .netrc or authority of the environment, no redirect, and no way to
    anywhere else. What the server itself names as its next page is not used: behind a proxy it may be another address.
    """
    session = requests.Session()
    session.trust_env, session.max_redirects = False, 0
    session.verify = settings.ca_file or True
    session.adapters.clear()
    session.mount(f"{settings.url}/", _Patient(settings.limits))
    return session


def _refusal(reply: requests.Response, documents: Sequence[Document]) -> Refusal:
    """What an answer that is no success says. Since 4.7 a bulk request's errors name the place in the request, or the
    object's id.
    """
    try:
        body = reply.json()
    except ValueError:
        return Refusal(reply.status_code, reply.reason)
    errors = body.get("errors") if isinstance(body, dict) else None
    if not isinstance(errors, list) or not all(isinstance(one, dict) for one in errors):
        return Refusal(reply.status_code, _words(body))
    places = {one.get("id"): n for n, one in enumerate(documents)}
    at = {one["index"] if "index" in one else places.get(one.get("id")) for one in errors}
    words = _words([one.get("errors") for one in errors])
    return Refusal(reply.status_code, words, frozenset(n for n in at if isinstance(n, int)))


def _words(body: object) -> str:
    if isinstance(body, dict) and isinstance(body.get("detail"), str):
        return str(body["detail"])[:300]
    return json.dumps(body, ensure_ascii=False)[:300]
