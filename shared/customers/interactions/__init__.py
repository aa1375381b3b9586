"""Dealings with people that others report: calls, visits, letters, purchases."""
