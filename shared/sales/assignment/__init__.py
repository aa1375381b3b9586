"""Who gets a lead: ordered rules as data, strategies, load."""
