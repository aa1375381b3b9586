"""Leads: people who may buy, from their first submission to their qualification."""
