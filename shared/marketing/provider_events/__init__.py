"""What the mail provider says of messages later: they arrived, came back, are unwanted."""
