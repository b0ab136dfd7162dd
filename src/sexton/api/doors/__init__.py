"""Where clients come in: the places that are listened at, and who may do what through each."""
