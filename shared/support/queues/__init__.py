"""Queues: where tickets wait, and who looks after them."""
