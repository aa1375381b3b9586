"""Records that may be of one person: suggested with a score and reasons, decided by people."""
