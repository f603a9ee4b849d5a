"""The product as the engine sees it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from chonai.change.model import Change, Key, Record, Scope, State
from chonai.change.system import Observation, Result, SecretMaker
from chonai.systems.scim import locate, preimage, write
from chonai.systems.scim.session import Session, owned_names
from chonai.text.messages import Message


class ScimSystem:
    """One connected product; implements `chonai.change.system.System`."""

    def __init__(self, session: Session) -> None:
        self.name, self.whole_batches = session.settings.name, False
        self._session = session

    @property
    def warnings(self) -> tuple[Message, ...]:
        """No setting weakens a safeguard: certificates are always verified."""
        return ()

    def observe(self, scope: Scope) -> Observation:
        """All users and groups, with the attributes of the scope and no more."""
        self._session.check(scope)
        state: dict[Key, Record] = {}
        protected: dict[Key, Message] = {}
        for type_, owned in scope.items():
            for key, resource in self._session.listed(type_, owned.attributes).items():
                state[key] = self._session.record(type_, resource, owned.attributes)
                if why := self._session.protection(type_, resource):
                    protected[key] = why
        return Observation(state, protected)

    def read(self, keys: Collection[Key], scope: Scope) -> State:
        """Those of the keys that exist now."""
        self._session.check(scope)
        wanted = [key for key in keys if key.type in scope]
        found = self._session.fetched(wanted, owned_names(scope))
        return {key: self._session.record(key.type, one, scope[key.type].attributes) for key, one in found.items()}

    def locate(self, creates: Sequence[Change]) -> Mapping[Key, Key]:
        """The real keys of creates that are done already."""
        return locate.locate(self._session, creates)

    def objections(self, keys: Collection[Key]) -> Mapping[Key, Message]:
        """Those whose name is protected."""
        found = self._session.fetched(keys, {}).items()
        reasons = ((key, self._session.protection(key.type, resource)) for key, resource in found)
        return {key: why for key, why in reasons if why is not None}

    def preimage(self, keys: Collection[Key]) -> Mapping[Key, Record]:
        """All that can be written back of these objects."""
        return preimage.preimage(self._session, keys)

    def apply(self, changes: Sequence[Change], secret: SecretMaker) -> Sequence[Result]:
        """Make the changes; what became of each."""
        return write.apply(self._session, changes, secret)
