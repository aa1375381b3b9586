"""The short way for a changed handler: renew its asset in the assembly without running CDK.

Only an edit inside an existing file of `functions/<name>/` takes it. A new file, `shared` and
everything else may change the templates themselves, so they are synthesized again.
"""

import hashlib
import shutil
from collections.abc import Collection
from pathlib import Path

from .home import Home


def restage(home: Home, changed: Collection[str]) -> bool:
    """Renew the assets of the `changed` files; returns whether that was possible."""
    nouns: set[str] = set()
    for name in changed:
        parts = Path(name).parts
        if len(parts) < 3 or parts[0] != "functions" or not (home.root / name).is_file():
            return False
        nouns.add(parts[1])
    staged = {noun: _asset_of(home.assembly, noun) for noun in nouns}
    if not all(_same_files(home.root, noun, asset) for noun, asset in staged.items()):
        return False
    for noun, asset in staged.items():
        assert asset is not None
        _renew(home, noun, asset)
    return True


def _asset_of(assembly: Path, noun: str) -> Path | None:
    found = [path.parent.parent for path in assembly.glob(f"asset.*/{noun}/handler.py")]
    return found[0] if len(found) == 1 else None


def _same_files(root: Path, noun: str, asset: Path | None) -> bool:
    if asset is None:
        return False
    return _names(root / "functions" / noun) == _names(asset / noun)


def _names(folder: Path) -> set[str]:
    return {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def _renew(home: Home, noun: str, asset: Path) -> None:
    source = home.root / "functions" / noun
    for name in _names(source):
        shutil.copyfile(source / name, asset / noun / name)
    content = hashlib.sha256()
    for name in sorted(_names(asset)):
        content.update(name.encode() + b"\0" + (asset / name).read_bytes())
    old, new = asset.name.removeprefix("asset."), content.hexdigest()
    asset.rename(asset.with_name(f"asset.{new}"))
    for file in home.assembly.glob("*.json"):
        text = file.read_text()
        if old in text:
            file.write_text(text.replace(old, new))
