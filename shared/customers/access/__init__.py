"""Who sees which of a person's data in full, and who saw them."""
