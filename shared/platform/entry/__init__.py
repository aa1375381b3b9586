"""Entry points: the only place that catches everything, sets up logging and answers failures.

Import the one a function needs from its module (`entry.http`, `entry.event`, `entry.queue`,
`entry.batch`, `entry.stream`): each costs its own import time at a cold start.
"""
