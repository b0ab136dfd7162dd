"""Event listeners: what happens, as events, and the processes that are told them."""
