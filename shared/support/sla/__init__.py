"""Deadlines of tickets: policies as data, clocks as pure functions of what happened."""
