"""What people allow us to do, by purpose and channel, and how we know."""
