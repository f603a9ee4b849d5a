"""What click does not do by itself: commands loaded when they are called, and help in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

import click

from chonai.cli.wrapping import Context
from chonai.text.messages import Message

if TYPE_CHECKING:
    from click.types import OptionHelpExtra

F = TypeVar("F", bound=Callable[..., Any])
WIDTH = 100
"""Places a line of help takes."""


def text(code: str, /, **fields: object) -> str:
    """A sentence of the catalogue in the language of this process."""
    return Message(code, fields).render()


def option(*names: str, says: str, **settings: Any) -> Callable[[F], F]:
    """An option whose help is the catalogue's sentence `says`."""
    return click.option(*names, help=text(says), cls=Option, **settings)


def context_settings() -> dict[str, object]:
    """How wide help is, and by what it is asked for."""
    return {"help_option_names": ["-h", "--help"], "max_content_width": WIDTH, "terminal_width": WIDTH}


class Option(click.Option):
    """Says in the reader's language that it is needed."""

    def get_help_extra(self, ctx: click.Context) -> OptionHelpExtra:
        """What stands in brackets after the help."""
        extra = super().get_help_extra(ctx)
        if extra.get("required"):
            extra["required"] = text("cli.required")
        return extra


class Command(click.Command):
    """A command whose headings are in the reader's language. `help`: the first line is the short form."""

    context_class = Context

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The line that shows how to call it."""
        pieces = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, prefix=f"{text('cli.heading_usage')} ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of options."""
        options = (one for one in self.get_params(ctx) if isinstance(one, click.Option))
        records = [record for one in options if (record := one.get_help_record(ctx))]
        if records:
            with formatter.section(text("cli.heading_options")):
                formatter.write_dl(records)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """`--help`, explained."""
        found = super().get_help_option(ctx)
        if found is not None:
            found.help = text("cli.opt_help")
        return found


class Group(Command, click.Group):
    """Commands by name, each with the code of its help, loaded when called."""

    def __init__(self, commands: Mapping[str, str], **settings: Any) -> None:
        """`commands`: the name of each and where it is, `module:attribute` below `chonai.cli.commands`."""
        super().__init__(**settings)
        self._places = commands

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order in which people need them."""
        return list(self._places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name."""
        if cmd_name not in self._places:
            return None
        module, _, attribute = self._places[cmd_name].partition(":")
        found: click.Command = getattr(import_module(f"chonai.cli.commands.{module}"), attribute)
        return found

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Options, and then what commands there are. Their code is not loaded for this."""
        Command.format_options(self, ctx, formatter)
        room = "" if self.name == "chonai" else f"{self.name}_"
        rows = [(name, text(f"cli.help_{room}{name.replace('-', '_')}").split("\n")[0]) for name in self._places]
        with formatter.section(text("cli.heading_commands")):
            formatter.write_dl(rows)
