"""Tickets: one matter of a customer, its conversation and its states."""
