"""How an image of Sexton is told that it is not the first of its process, and says that it could be the next."""

VARIABLE = "SEXTON_HANDOVER"  # the number of a descriptor, or TRIAL
TRIAL = "trial"  # what is left is on standard input, to be looked at only
READY = "ready to take up what was left"
