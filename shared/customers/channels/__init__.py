"""The ways people and the company meet: an open list of channels, each of one of 15 types."""
