"""What happened to a lead, in the order it happened."""
