"""What a company keeps of its contacts and accounts beyond what everybody keeps, as data."""
