"""Tells the demonstration in the reader's language; 0 if every proof held."""

from __future__ import annotations

import sys

from chonai.text.messages import current_locale
from tests.acceptance.demo.shell import ROOT
from tests.acceptance.demo.story import Story

if __name__ == "__main__":
    sys.exit(0 if Story(current_locale(), folder=ROOT / "var/demo").tell() else 1)
