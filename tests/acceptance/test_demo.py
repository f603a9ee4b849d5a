"""What the demonstration proves with would notice when a proof does not hold. `make demo` itself is run as a command of
the README, by test_docs.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.demo.cast import section_folder
from tests.acceptance.demo.domain import DOMAINS, LGWAN, Domain, Login, staff_password
from tests.acceptance.demo.dumps import Object, differences, objects
from tests.acceptance.demo.teller import Teller, words
from tests.acceptance.stage import reset

pytestmark = pytest.mark.usefixtures("lab")


@pytest.fixture
def seeded(lab: Path) -> Iterator[None]:
    reset()
    yield
    reset()


def people(domain: Domain) -> list[Object]:
    """Those in service."""
    found = objects(domain.dump()).values()
    return [one for one in found if one.first("employeeID") and one.first("userAccountControl") == "512"]


def test_both_languages_tell_the_same() -> None:
    assert words("en").keys() == words("ja").keys()


def test_a_proof_that_does_not_hold_fails_the_demonstration() -> None:
    story = Teller("en")
    story.prove("proof_self", holds=True)
    story.prove("proof_again", holds=False)
    assert not story.table()


@pytest.mark.usefixtures("seeded")
@pytest.mark.parametrize("domain", DOMAINS, ids=lambda domain: domain.server)
def test_one_attribute_of_one_object_is_a_difference(domain: Domain) -> None:
    before, user = domain.dump(), people(domain)[0]
    domain.modify(f"dn: {user.dn}\nchangetype: modify\nreplace: title\ntitle: drifted\n")
    (line,) = differences(before, domain.dump())
    assert user.dn in line
    assert "drifted" in line


@pytest.mark.usefixtures("seeded")
def test_the_domain_controller_answers_as_it_should() -> None:
    account, password = people(LGWAN)[0], staff_password()
    name = account.first("sAMAccountName")
    assert LGWAN.login(name, password) is Login.WELCOME
    assert LGWAN.login(name, "not-the-password") is Login.WRONG
    LGWAN.modify(f"dn: {account.dn}\nchangetype: modify\nreplace: pwdLastSet\npwdLastSet: 0\n")
    assert LGWAN.login(name, password) is Login.MUST_CHANGE
    LGWAN.modify(f"dn: {account.dn}\nchangetype: modify\nreplace: userAccountControl\nuserAccountControl: 514\n")
    assert LGWAN.login(name, password) is Login.DISABLED


def test_a_folder_opens_for_its_section_only() -> None:
    known = objects(LGWAN.dump())
    sections = {one.dn: folder for one in known.values() if (folder := section_folder(one))}
    user = next(
        one for one in people(LGWAN) if len([dn for dn in one.attributes.get("memberOf", ()) if dn in sections]) == 1
    )
    (own,) = (sections[dn] for dn in user.attributes["memberOf"] if dn in sections)
    other = next(folder for folder in sections.values() if folder != own)
    name, password = user.first("sAMAccountName"), staff_password()
    assert LGWAN.opens(name, password, own)
    assert not LGWAN.opens(name, password, other)
