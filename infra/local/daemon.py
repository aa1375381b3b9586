"""The local stack's one process: the emulator and the front door. `python -m infra.local.daemon`.

Started by `crm up` with the environment of `emulator.environment`. Ends on SIGTERM, saving first.
"""

import asyncio
import gc
import logging
import os
import shutil
import signal
from pathlib import Path
from typing import Any, Final

from . import control, forking, layers, patches, receiving
from .emulator import module, scope
from .front_door import App, front_door
from .home import Home, find

_AUTOSAVE_SECONDS: Final = 300


def main() -> None:
    """Serve until told to stop."""
    home = find()
    _fresh_directory(Path(os.environ["TMPDIR"]))
    forking.apply()
    emulator = module("app").app
    if os.environ["LOG_LEVEL"] == "INFO":
        # Which functions inherit. The emulator has nothing to say of each message it passes on.
        logging.getLogger().setLevel(logging.WARNING)
    patches.apply()
    layers.apply()
    # What tables hold is garbage to nobody, and to look through it took a quarter of all time.
    gc.set_threshold(50_000, 20, 1_000)
    asyncio.run(_serve(home, control.controlled(emulator)))


def _fresh_directory(directory: Path) -> None:
    # Function processes that were killed leave their unpacked code behind.
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)


async def _serve(home: Home, emulator: App) -> None:
    from hypercorn.asyncio import serve
    from hypercorn.config import Config

    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)

    def config(port: int) -> Config:
        made = Config()
        made.bind = [f"127.0.0.1:{port}"]
        made.keep_alive_timeout = 75
        made.graceful_timeout = 2
        return made

    door = front_door(emulator, lambda: output("ApiId"), lambda: output("AssetsBucketName"))
    saving = asyncio.create_task(_save_now_and_then())
    mail = await receiving.listen(home, lambda: output("FilesBucket"))
    served: Any = [
        serve(door, config(home.port), shutdown_trigger=stop.wait),  # type: ignore[arg-type]
        serve(emulator, config(home.gateway_port), shutdown_trigger=stop.wait),  # type: ignore[arg-type]
    ]
    await asyncio.gather(*served)
    mail.close()
    saving.cancel()


async def _save_now_and_then() -> None:
    # Orderly ends save by themselves; this bounds what a power cut can lose.
    while True:
        await asyncio.sleep(_AUTOSAVE_SECONDS)
        await asyncio.to_thread(control.save)


def output(name: str) -> str:
    """An output of a deployed stack, or "" when there is none."""
    stacks = module("services.cloudformation")._stacks
    with scope():
        for stack in list(stacks.values()):
            for found in stack.get("Outputs", []):
                if found["OutputKey"] == name:
                    return str(found["OutputValue"])
    return ""


if __name__ == "__main__":
    main()
