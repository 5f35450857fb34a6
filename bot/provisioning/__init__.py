"""From an approved request to a key that works: a plan of steps, each reaching a state."""
