"""Tasks: what a person means to do about a lead, and by when."""
