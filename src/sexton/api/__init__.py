"""The HTTP surface: sees Control, the model and the wire, never the engine."""
