"""docs/cli.md has every command and every option, and no others."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click
import pytest

from chonai.cli.app import make_app
from tests.house.tree import ROOT

PAGE = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
EVERYWHERE = {"-h", "--help"}


def commands(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    """Every command that can be called, with its name."""
    if isinstance(command, click.Group):
        with click.Context(command) as context:
            for name in command.list_commands(context):
                found = command.get_command(context, name)
                assert found is not None
                yield from commands(found, f"{path} {name}")
    else:
        yield path, command


COMMANDS = dict(commands(make_app(), "chonai"))


def sections() -> dict[str, str]:
    """The page's sections by the name of their command."""
    parts = re.split(r"^## `(chonai [a-z -]*[a-z])[^`]*`$", PAGE, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def options(command: click.Command) -> set[str]:
    return {name for one in command.params if isinstance(one, click.Option) for name in one.opts} - EVERYWHERE


def test_the_page_has_every_command_and_no_other() -> None:
    assert sections().keys() == COMMANDS.keys()


@pytest.mark.parametrize("name", COMMANDS)
def test_a_section_has_every_option_and_no_other(name: str) -> None:
    rows = [line.split(" | ")[0] for line in sections()[name].splitlines() if line.startswith("| `")]
    documented = set(re.findall(r"`(--?[a-z-]+)", " ".join(rows)))
    assert documented == options(COMMANDS[name])


def test_the_options_of_the_program_itself() -> None:
    head = PAGE.split("\n## ")[0]
    assert not [name for name in options(make_app()) | EVERYWHERE if f"`{name}" not in head]


@pytest.mark.parametrize("name", COMMANDS)
def test_what_a_command_takes_stands_in_its_heading(name: str) -> None:
    taken = [
        one.make_metavar(click.Context(COMMANDS[name]))
        for one in COMMANDS[name].params
        if isinstance(one, click.Argument)
    ]
    assert " ".join(["## `" + name, *taken]) + "`" in PAGE
