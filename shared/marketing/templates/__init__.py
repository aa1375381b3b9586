"""Templates of messages: what is said to everybody, with places for what differs by person."""
