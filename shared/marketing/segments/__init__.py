"""Segments: groups of contacts that follow from a rule, kept up to date per event."""
