"""HTTP for steps: one request at a time, under one deadline, to servers that mean well or not."""
