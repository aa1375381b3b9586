"""Addresses that must not be written to, known by keyed hash only."""
