"""Who takes a ticket: by skill, load and working hours, or by hand."""
