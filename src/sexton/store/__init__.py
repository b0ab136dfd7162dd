"""The ledger of runs: one writer thread that commits in groups, one reader thread for history.

    open_store(path, post) → OpenStore: state_id, loss, store (ports.Store), claimed(), accept_loss(), close()

Here the rows of model/ledger.py become durable; when and why a row is written is the engine's to decide.
"""

from sexton.store.opening import OpenStore, check_store, open_store

__all__ = ["OpenStore", "check_store", "open_store"]
