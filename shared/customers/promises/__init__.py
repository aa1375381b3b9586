"""What somebody here promised a person, and whether it was kept."""
