"""Marketing: whom to write to, what, when, and what came of it."""
