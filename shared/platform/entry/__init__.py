"""Entry points: the only place that catches everything, sets up logging and answers failures.

Import the one a function needs from its module (`entry.http`, `entry.event`, `entry.queue`,
`entry.batch`, `entry.stream`): each costs its own import time at a cold start.
"""

import gc
from typing import Final

# What an import makes stays for good: looking for garbage among it takes a tenth of a cold start,
# and a request leaves hardly any in circles. So: rarely, and the old generation very rarely.
_RARELY: Final = (20_000, 20, 100)
gc.set_threshold(*_RARELY)
