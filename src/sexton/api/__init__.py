"""The HTTP surface: one client's connection, and the way from a request to its resource. Never sees the engine."""
