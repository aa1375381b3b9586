"""Campaigns: one message to many people, each exactly once or with a recorded reason."""
