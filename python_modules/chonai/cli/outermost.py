"""The outermost layer: language and locale at the start, exit codes and plain words at the end."""

from __future__ import annotations

import locale
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from io import TextIOWrapper

import click

from chonai.change.errors import ChonaiError, place_of
from chonai.cli.app import make_app
from chonai.cli.framework import text
from chonai.cli.streams import lost_output, make_unbreakable
from chonai.reports.visible import visible, visible_lines
from chonai.text.messages import LOCALES, current_locale

FAULT, USAGE, INTERRUPTED = 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code: 0 done, 2 usage, 3 refused, 4 partly failed, 5 a check found something, 1 fault,
    130 interrupted.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    make_unbreakable()
    _settle_language(given)
    return _when_read(exit_code_of(lambda: _invoke(given)))


def _invoke(arguments: list[str]) -> object:
    with make_app().make_context("chonai", arguments) as context:
        result: object = context.command.invoke(context)
    return result


def exit_code_of(action: Callable[[], object]) -> int:
    """Run `action`; what it raises becomes a sentence on standard error and an exit code."""
    try:
        result = action()
    except click.exceptions.Exit as end:
        return end.exit_code
    except (KeyboardInterrupt, click.Abort):
        return _told(text("cli.interrupted"), INTERRUPTED)
    except click.UsageError as error:
        return _misused(error)
    except ChonaiError as error:
        return _told(error.render(), error.exit_code)
    except Exception as error:  # noqa: BLE001 - nothing but the outermost layer catches everything
        return _unexpected(error)
    return result if isinstance(result, int) else 0


def _when_read(code: int) -> int:
    """The code of the work, or that of a fault if the output of work that went well was lost."""
    lost = lost_output()
    return code if lost is None else _told(text("cli.output_lost", cause=lost.strerror), code or FAULT)


def _settle_language(arguments: Sequence[str]) -> None:
    """Keep the reader's language apart from the locale, which Ansible wants to be one that exists and is UTF-8."""
    named = [word.removeprefix("--lang=") for word in arguments if word.startswith("--lang=")]
    named += [arguments[n + 1] for n, word in enumerate(arguments[:-1]) if word == "--lang"]
    chosen = named[0] if named and named[0] in LOCALES else current_locale()
    os.environ["CHONAI_LANG"] = chosen
    os.environ["LC_ALL"] = "C.UTF-8"
    locale.setlocale(locale.LC_ALL, "")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _told(sentence: str, code: int) -> int:
    click.echo(visible_lines(sentence), err=True)
    return code


def _misused(error: click.UsageError) -> int:
    """A wrong call, in the reader's language where click has no words of that language."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return _told(error.format_message(), USAGE)
    _told(_sentence(error), USAGE)
    if error.ctx is not None:
        _told(error.ctx.get_usage(), USAGE)
        _told(text("cli.try_help", command=error.ctx.command_path), USAGE)
    return USAGE


def _sentence(error: click.UsageError) -> str:
    match error:
        case click.NoSuchOption():
            return text("cli.no_such_option", name=error.option_name, like=", ".join(error.possibilities or ()) or "-")
        case click.exceptions.NoSuchCommand():
            return text("cli.no_such_command", name=error.command_name, like=_like(error))
        case click.MissingParameter():
            return text("cli.missing_parameter", name=_named(error))
        case click.BadParameter():
            return text("cli.bad_parameter", name=_named(error), why=_why(error))
        case _:
            return text("cli.bad_usage", why=error.format_message())


def _named(error: click.BadParameter) -> str:
    return error.param.get_error_hint(error.ctx) if error.param else "-"


def _why(error: click.BadParameter) -> str:
    if error.param is not None and isinstance(error.param.type, click.Choice):
        return text("cli.one_of", choices=", ".join(map(str, error.param.type.choices)))
    if error.param is not None and isinstance(error.param.type, click.IntRange):
        return text("cli.at_least", least=error.param.type.min)
    return error.message


def _like(error: click.exceptions.NoSuchCommand) -> str:
    """Commands that may be meant."""
    context = error.ctx
    known = context.command.list_commands(context) if context and isinstance(context.command, click.Group) else []
    return ", ".join(get_close_matches(error.command_name, known)) or "-"


def _unexpected(error: Exception) -> int:
    """Short, and without what variables held: that may be a secret."""
    if os.environ.get("CHONAI_DEBUG") == "1":
        traceback.print_exception(error)
    cause = f": {error.strerror}" if isinstance(error, OSError) and error.strerror else ""
    name = f" {error.filename}" if isinstance(error, OSError) and error.filename else ""
    kind = visible(f"{type(error).__name__}{cause}{name}")
    return _told(text("cli.unexpected", kind=kind, place=place_of(error)), FAULT)
