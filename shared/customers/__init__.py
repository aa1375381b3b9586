"""What sales, marketing and support know together about a person: visits, touches, identity."""
