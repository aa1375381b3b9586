"""A layer is unpacked once, for all functions.

The emulator gives each process of each function a copy of each layer: some 1,500 files of ours, in
most of the time a first call took, and tens of thousands to delete when the stack starts again.
"""

import functools
import hashlib
import io
import os
import tempfile
import threading
import zipfile
from pathlib import Path
from typing import Any, Final

from .emulator import module

_FOLDERS: Final = "_LAMBDA_LAYERS_DIRS"
"""The variable by which the emulator tells a process where its layers are."""

_unpacking: Final = threading.Lock()


def apply() -> None:
    """Have the emulator of this process share them. Call once, before it serves."""
    worker = module("core.lambda_runtime").Worker
    spawn = worker._spawn

    @functools.wraps(spawn)
    def _spawn(self: Any) -> None:
        config = self.config
        named = [one if isinstance(one, str) else one["Arn"] for one in config.get("Layers", ())]
        found = [module("services.lambda_svc")._resolve_layer_zip(arn) for arn in named]
        variables = {
            **config.get("Environment", {}).get("Variables", {}),
            _FOLDERS: os.pathsep.join(str(unpacked(content)) for content in found if content),
        }
        self.config = {**config, "Layers": [], "Environment": {"Variables": variables}}
        try:
            spawn(self)
        finally:
            self.config = config

    worker._spawn = _spawn


def unpacked(content: bytes) -> Path:
    """The folder of a layer with this content; made when first asked for. It goes with all that is
    temporary."""
    folder = Path(tempfile.gettempdir()) / f"layer-{hashlib.sha256(content).hexdigest()[:16]}"
    with _unpacking:
        if not folder.exists():
            aside = Path(tempfile.mkdtemp(dir=folder.parent))
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                archive.extractall(aside)
            aside.rename(folder)
    return folder
