"""Messages that customers find on their own pages."""
