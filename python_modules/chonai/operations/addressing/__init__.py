"""VLANs, prefixes and addresses: issued, reserved, renumbered and given back, from a request and the city's policy."""

from __future__ import annotations

from chonai.operations.addressing.claims import claims
from chonai.operations.addressing.model import OPERATION, SCOPE
from chonai.operations.addressing.names import Name, Naming, naming
from chonai.operations.addressing.operation import Outcome, plan
from chonai.operations.addressing.policy import AddressingPolicy, Dns, addressing_policy
from chonai.operations.addressing.reading import ACTIONS, Request, read_request

__all__ = [
    "ACTIONS",
    "OPERATION",
    "SCOPE",
    "AddressingPolicy",
    "Dns",
    "Name",
    "Naming",
    "Outcome",
    "Request",
    "addressing_policy",
    "claims",
    "naming",
    "plan",
    "read_request",
]
