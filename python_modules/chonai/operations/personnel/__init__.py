"""The personnel change (人事異動): orders and roster of a city hall become the desired state of its
directories. No I/O.

`read_request` turns files into a request, `plan` a request and one observed directory into an `Outcome`;
`scope` says what is owned.
"""

from chonai.operations.personnel.operation import NAME, plan
from chonai.operations.personnel.outcome import INITIAL_PASSWORD, Outcome, scope
from chonai.operations.personnel.policy import CityPolicy, DirectoryPolicy
from chonai.operations.personnel.reading import File, read_request
from chonai.operations.personnel.records import Request
from chonai.operations.personnel.schema import city_policy, directory_policy

__all__ = [
    "INITIAL_PASSWORD",
    "NAME",
    "CityPolicy",
    "DirectoryPolicy",
    "File",
    "Outcome",
    "Request",
    "city_policy",
    "directory_policy",
    "plan",
    "read_request",
    "scope",
]
