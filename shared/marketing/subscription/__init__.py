"""What people say about getting our messages."""
