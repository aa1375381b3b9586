"""Lists of people that somebody made by hand, from a search or with an import."""
