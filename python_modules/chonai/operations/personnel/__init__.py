"""The personnel change (人事異動): orders and roster of a city hall become the desired state of its
directories, and of the folders of its sections. No I/O.

`read_request` turns files into a request, `plan` a request and one observed directory into an `Outcome`, `plan_folders`
one with the folders of a file server; `scope` and `scope_of` say what is owned.
"""

from chonai.operations.files import File
from chonai.operations.personnel.directory_rules import DirectoryPolicy
from chonai.operations.personnel.folder_rules import FolderPolicy
from chonai.operations.personnel.folders import plan_folders
from chonai.operations.personnel.operation import NAME, plan
from chonai.operations.personnel.outcome import INITIAL_PASSWORD, scope
from chonai.operations.personnel.policy import CityPolicy
from chonai.operations.personnel.reading import read_request
from chonai.operations.personnel.records import Request
from chonai.operations.personnel.schema import city_policy, directory_policy, folder_policy
from chonai.operations.personnel.shelf import scope_of

__all__ = [
    "INITIAL_PASSWORD",
    "NAME",
    "CityPolicy",
    "DirectoryPolicy",
    "File",
    "FolderPolicy",
    "Request",
    "city_policy",
    "directory_policy",
    "folder_policy",
    "plan",
    "plan_folders",
    "read_request",
    "scope",
    "scope_of",
]
