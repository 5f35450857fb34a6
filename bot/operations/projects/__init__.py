"""Projects for keys: made ready step by step, or made anew; a key is tried in each."""
