"""The directory and the pool people sign in with, kept in step in both directions."""
