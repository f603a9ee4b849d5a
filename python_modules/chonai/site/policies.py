"""What the city has settled for a host, in its variables: read as an operation reads it, before anything is planned."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from chonai.change.errors import ChonaiError
from chonai.operations.addressing import addressing_policy
from chonai.operations.dns.policy import dns_policy
from chonai.operations.personnel.schema import city_policy, directory_policy, folder_policy
from chonai.site.dns import POLICY as DNS_POLICY
from chonai.site.dns import RULES as DNS_RULES
from chonai.site.dns import NameServer
from chonai.site.ledgers import POLICY as ADDRESSING
from chonai.site.personnel import DIRECTORY, FOLDERS

PERSONNEL = "personnel_policy"
_READERS: Mapping[str, Callable[[object], object]] = {
    PERSONNEL: city_policy,
    DIRECTORY: directory_policy,
    FOLDERS: folder_policy,
    ADDRESSING: addressing_policy,
}
VARIABLES = (*_READERS, DNS_POLICY, DNS_RULES)
"""The host variables that are policies."""


def policy_faults(variables: Mapping[str, object]) -> Iterator[ChonaiError]:
    """What is wrong with each of the policies that a host has."""
    for name, read in _READERS.items():
        if name in variables:
            yield from _raised(read, variables[name])
    if DNS_POLICY in variables and DNS_RULES in variables:
        yield from _raised(lambda city: NameServer({}, city, variables[DNS_RULES]).read(), variables[DNS_POLICY])
    elif DNS_POLICY in variables:
        yield from _raised(dns_policy, variables[DNS_POLICY])


def _raised(read: Callable[[object], object], data: object) -> Iterator[ChonaiError]:
    try:
        read(data)
    except ChonaiError as error:
        yield error
