"""Archives of healther that somebody edited, their checksums made anew where they are to pass."""

import json
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

from healther.transfer.archive import MANIFEST

Change = Callable[[dict[str, bytes]], object]
Rows = list[dict[str, Any]]


def rewritten(archive: Path, change: Change) -> Path:
    """The same archive after `change` had its members."""
    with zipfile.ZipFile(archive) as packed:
        members = {name: packed.read(name) for name in packed.namelist()}
    change(members)
    archive.unlink()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return archive


def manifest_with(**changes: object) -> Change:
    """Another manifest."""

    def change(members: dict[str, bytes]) -> None:
        members[MANIFEST] = json.dumps({**json.loads(members[MANIFEST]), **changes}).encode()

    return change


def forged(archive: Path, table: str, edit: Callable[[Rows], object]) -> Path:
    """The archive with other rows in a table, and a manifest that says they have been there all along."""

    def change(members: dict[str, bytes]) -> None:
        manifest = json.loads(members[MANIFEST])
        (entry,) = [each for each in manifest["tables"] if each["name"] == table]
        names = [name for name, _ in entry["columns"]]
        rows = [dict(zip(names, json.loads(line), strict=True)) for line in members[entry["file"]].splitlines()]
        edit(rows)
        lines = b"".join(json.dumps([row[name] for name in names]).encode() + b"\n" for row in rows)
        members[entry["file"]] = lines
        entry |= {"rows": len(rows), "bytes": len(lines), "sha256": sha256(lines).hexdigest()}
        members[MANIFEST] = json.dumps(manifest).encode()

    return rewritten(archive, change)


def with_another_table(archive: Path, name: str) -> Path:
    """The archive with one table more, which has no rows."""

    def change(members: dict[str, bytes]) -> None:
        manifest, file = json.loads(members[MANIFEST]), f"{name}.jsonl"
        empty = {"columns": [["id", "id"]], "rows": 0, "bytes": 0, "sha256": sha256(b"").hexdigest()}
        manifest["tables"].append({"name": name, "file": file, **empty})
        members |= {MANIFEST: json.dumps(manifest).encode(), file: b""}

    return rewritten(archive, change)
