"""What `./run` and `./test` need before Sexton can be imported. Standard library only; nothing here is installed."""
