"""The state file: lock, atomic write, layout, compact form, migrations, where it lies."""

from __future__ import annotations

from kubesim.store.format import Snapshot
from kubesim.store.state import StateFile, Transaction
from kubesim.store.state_path import default_path

__all__ = ["Snapshot", "StateFile", "Transaction", "default_path"]
