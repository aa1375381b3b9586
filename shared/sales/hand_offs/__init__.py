"""Hand-offs: an owner is asked to take a lead up by a deadline in working hours."""
