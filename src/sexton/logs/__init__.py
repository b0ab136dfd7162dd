"""What children print: pumped into files, the last lines kept, relayed to our own standard output."""
