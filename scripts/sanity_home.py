"""Prepares a home folder for ansible-test: the user's pip settings and a pip bootstrap that needs no
download.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from ansible_test._internal.python_requirements import get_venv_packages

BOOTSTRAP = "import ensurepip\n\nensurepip.bootstrap()\n"


class AnyPython:
    """Stands for a Python without special needs where ansible-test is asked which pip it wants."""

    version = ""


def pip_settings() -> dict[str, str]:
    """What pip obeys now: its files, then the environment, which wins because pip lists it last."""
    command = [sys.executable, "-m", "pip", "config", "list"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    pairs = (line.split("=", 1) for line in listed.splitlines())
    everywhere = ((name, value) for name, value in pairs if name.startswith(("global.", ":env:.")))
    return {name.rpartition(".")[2]: value.strip("'") for name, value in everywhere}


def own_folder(home: Path) -> None:
    """Make the folder for us alone; one that somebody else put there is refused."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    if home.stat().st_uid != os.getuid():
        sys.exit(f"{home} belongs to somebody else: remove it or set CHONAI_SANITY_HOME to another folder.")


def write(target: Path, text: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")


def main(home: Path) -> None:
    own_folder(home)
    settings = "".join(f"{name} = {value}\n" for name, value in pip_settings().items())
    write(home / ".config/pip/pip.conf", f"[global]\n{settings}")
    version = get_venv_packages(AnyPython)["pip"].replace(".", "_")
    write(home / ".ansible/test/cache" / f"get_pip_{version}.py", BOOTSTRAP)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
