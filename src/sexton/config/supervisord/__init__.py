"""The supervisord.conf front door: supervisor 4's INI file, unmodified, and the sections that Sexton adds to it."""
