"""What happened between a person and the company, in the order it happened, whatever the channel."""
