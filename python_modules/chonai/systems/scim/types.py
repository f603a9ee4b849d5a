"""The types of objects that SCIM has, and where their attributes stand unless the settings say otherwise."""

from __future__ import annotations

from collections.abc import Mapping

USER, GROUP = "user", "group"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
ENDPOINTS: Mapping[str, str] = {USER: "Users", GROUP: "Groups"}
SCHEMAS: Mapping[str, str] = {
    USER: "urn:ietf:params:scim:schemas:core:2.0:User",
    GROUP: "urn:ietf:params:scim:schemas:core:2.0:Group",
}
MEMBER_TYPES: Mapping[str, str] = {USER: "User", GROUP: "Group"}
NAMING: Mapping[str, str] = {USER: "userName", GROUP: "displayName"}
"""What an object is called, by type, as SCIM names the attribute."""

MEMBER, MEMBER_OF = "member", "memberOf"
REFERENCES: Mapping[str, str] = {"manager": USER}
"""Attributes with one value that is the key of another object, and that object's type."""

DEFAULT_PATHS: Mapping[str, Mapping[str, str]] = {
    USER: {
        "name": "userName",
        "userName": "userName",
        "externalId": "externalId",
        "displayName": "displayName",
        "nickName": "nickName",
        "sn": "name.familyName",
        "givenName": "name.givenName",
        "title": "title",
        "userType": "userType",
        "preferredLanguage": "preferredLanguage",
        "enabled": "active",
        "mail": 'emails[type eq "work"].value',
        "telephoneNumber": 'phoneNumbers[type eq "work"].value',
        "employeeNumber": f"{ENTERPRISE}:employeeNumber",
        "department": f"{ENTERPRISE}:department",
        "division": f"{ENTERPRISE}:division",
        "organization": f"{ENTERPRISE}:organization",
        "manager": f"{ENTERPRISE}:manager.value",
    },
    GROUP: {
        "name": "displayName",
        "displayName": "displayName",
        "externalId": "externalId",
        MEMBER: "members[].value",
    },
}
