"""One cold start in a fresh process: `python first_call.py <module> <payload.json> <instant>`.

Prints milliseconds of import and of the first invocation, wall and CPU, as the last line.
What the payload holds (sessions, signed links) is good at the instant, so that is the time there.
Imports nothing before the clock starts but what Lambda's own runtime has loaded too.
"""

import importlib
import json
import sys
import time
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace


def main() -> None:
    """Import the module, call its `handle` once, tell what it took."""
    module, file, instant = sys.argv[1:]
    now = datetime.fromisoformat(instant)
    payload = json.loads(Path(file).read_text())
    context = SimpleNamespace(
        function_name="bench",
        memory_limit_in_mb=512,
        invoked_function_arn="arn:aws:lambda:eu-central-1:123456789012:function:bench",
        aws_request_id="00000000-0000-4000-8000-000000000000",
        get_remaining_time_in_millis=lambda: 30_000,
    )
    started, cpu = time.perf_counter(), time.process_time()
    handle = importlib.import_module(module).handle
    imported, imported_cpu = time.perf_counter(), time.process_time()
    if clock := sys.modules.get("shared.platform.clock"):
        clock.now = lambda: now  # type: ignore[attr-defined]
    answer = handle(payload, context)
    done, done_cpu = time.perf_counter(), time.process_time()
    print()
    print(
        json.dumps(
            {
                "import_ms": (imported - started) * 1000,
                "first_ms": (done - imported) * 1000,
                "cpu_ms": (done_cpu - cpu) * 1000,
                "import_cpu_ms": (imported_cpu - cpu) * 1000,
                "modules": len(sys.modules),
                "status": answer.get("statusCode") if isinstance(answer, dict) else None,
            }
        )
    )


if __name__ == "__main__":
    main()
