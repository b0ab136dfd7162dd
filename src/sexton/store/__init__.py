"""The ledger of runs: one writer thread that commits in groups, one reader thread for history."""
