"""What is at the routes: one file per resource, and what those of logs have in common."""
