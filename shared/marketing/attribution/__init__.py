"""Which campaigns what people did is due to."""
