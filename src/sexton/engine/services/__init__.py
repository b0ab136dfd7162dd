"""Services: kept up in the order in which they depend on each other, steered, and fed."""
