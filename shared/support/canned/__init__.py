"""What agents say and do again and again: canned replies, and macros that change a ticket."""
