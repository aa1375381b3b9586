"""What came of campaigns: figures that are kept as things happen, and what they say."""
