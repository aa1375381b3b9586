"""What a person has to do: hand-offs to answer and tasks, in one list by when they are due."""
