"""Companies and households, and who belongs to them."""
