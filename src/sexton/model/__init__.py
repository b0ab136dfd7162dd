"""The nouns: what a plan, a job and a run are. Imports nothing of ours and decides nothing."""
