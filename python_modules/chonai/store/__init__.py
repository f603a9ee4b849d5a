"""The store: plans, sealed change sets, approvals, journal, locks and encrypted secrets, in one database."""

from chonai.store.state import State
from chonai.store.store import Store

__all__ = ["State", "Store"]
