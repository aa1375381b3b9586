"""Everything that deploys the product: the CDK app, the local stack, the generated catalogue."""

import os
import sys
from pathlib import Path

# The CDK runs on Node; ours comes with the environment, whatever else the machine has.
_NODE = Path(sys.executable).with_name("node")
if _NODE.exists():
    os.environ.setdefault("JSII_NODE", str(_NODE))
