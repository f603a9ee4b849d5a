"""What things are called in AWX.

A job's name has no space in it, so that none of these names is another's. They hold for ever: AWX knows a thing again
by its name alone.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Names:
    """All names of one city, each with its prefix."""

    prefix: str

    def job(self, name: str) -> str:
        """The job template of a job."""
        return f"{self.prefix} {name}"

    def workflow(self, name: str) -> str:
        """The workflow around it."""
        return f"{self.prefix} {name} workflow"

    def schedule(self, name: str, year: int | None = None) -> str:
        """When it begins by itself; of one year where an RRULE cannot say it for all."""
        return self.job(name) if year is None else f"{self.job(name)} {year}"

    @property
    def project(self) -> str:
        """The repository."""
        return f"{self.prefix} chonai project"

    @property
    def inventory(self) -> str:
        """The systems."""
        return f"{self.prefix} chonai inventory"

    @property
    def environment(self) -> str:
        """The execution environment."""
        return f"{self.prefix} chonai environment"

    @property
    def place(self) -> str:
        """The credential, and its type, with the store and the site file."""
        return f"{self.prefix} chonai place"

    @property
    def signing_key(self) -> str:
        """The credential, and its type, with the author's key."""
        return f"{self.prefix} chonai signing key"

    @property
    def check_due(self) -> str:
        """The job template that looks whether it is time."""
        return f"{self.prefix} chonai check due"

    @property
    def change(self) -> str:
        """The job template that carries out a change set."""
        return f"{self.prefix} chonai carry out"

    @property
    def calendar_ends(self) -> str:
        """The schedule that says that the schedules end soon."""
        return f"{self.prefix} chonai calendar ends"
