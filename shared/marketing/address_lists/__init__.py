"""Lists of people for others to write to or call, each row with a code by which answers are told."""
