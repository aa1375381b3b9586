"""What customers do for themselves: sign in, see what is known of them, decide about it."""
