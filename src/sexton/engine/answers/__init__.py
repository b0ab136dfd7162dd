"""Answers from the tables and the ledger: what surfaces show, most of it loaded when somebody asks."""
