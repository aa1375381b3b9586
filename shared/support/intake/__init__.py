"""Mails that come in: kept as they are, taken apart, and put where they belong."""
