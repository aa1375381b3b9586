"""Sending: who gets what now, who later, who not and why; each message at most once."""
