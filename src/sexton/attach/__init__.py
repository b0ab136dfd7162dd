"""One job beside a real supervisord, as an event listener of it: the daemon's engine without its ledger and doors."""
