"""Bringing people in from files, many at once: read, mapped, tried out, cut into chunks, done chunk
by chunk, and undone if need be.

What rows become is a `target` (contacts, or leads of the sales area), handed in by the functions.
"""
