"""Plants the write keys: `python -m infra.local.seed.keys <blueprint>`, with a function's settings
as environment. Prints the secrets it made as JSON; they are kept nowhere else.

A process of its own, because the product's settings are those of its process.
"""

import json
import sys
from pathlib import Path

from shared.customers.write_keys.seed import plant
from shared.platform import clock


def main() -> None:
    """Plant the keys of the blueprint named on the command line."""
    blueprint = json.loads(Path(sys.argv[1]).read_text())
    print(json.dumps(plant(blueprint["keys"], clock.now())))


if __name__ == "__main__":
    main()
