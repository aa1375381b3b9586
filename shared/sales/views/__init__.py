"""Saved views: lists that a person asks for again and again, under a name."""
