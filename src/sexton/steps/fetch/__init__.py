"""The step `fetch`: new files from a source into a folder."""
