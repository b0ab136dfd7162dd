"""Every decision, pure and per entity: the clock's reading is an argument, an effect is a returned value."""
