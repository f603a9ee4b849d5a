"""VLANs, prefixes and addresses: issued, reserved, renumbered and given back, from a request and the city's policy."""

from __future__ import annotations

from chonai.operations.addressing.claims import AS_OF, claims, earliest
from chonai.operations.addressing.items import ACTIONS, Request
from chonai.operations.addressing.model import ADDRESS, OPERATION, SCOPE, ZONE
from chonai.operations.addressing.names import Name, Naming, Taking, names_in_the_way, naming
from chonai.operations.addressing.operation import Guard, plan
from chonai.operations.addressing.policy import AddressingPolicy, Dns, addressing_policy
from chonai.operations.addressing.reading import read_request

__all__ = [
    "ACTIONS",
    "ADDRESS",
    "AS_OF",
    "OPERATION",
    "SCOPE",
    "ZONE",
    "AddressingPolicy",
    "Dns",
    "Guard",
    "Name",
    "Naming",
    "Request",
    "Taking",
    "addressing_policy",
    "claims",
    "earliest",
    "names_in_the_way",
    "naming",
    "plan",
    "read_request",
]
