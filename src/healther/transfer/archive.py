"""The file that data travels in: a ZIP of JSON Lines, one file a table, with a manifest that has their SHA-256.

Nothing is ever unpacked to a disk: members are read as streams, by the names of the manifest alone (S15).
"""

import errno
import hashlib
import os
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from healther.transfer.values import Kind

MANIFEST = "manifest.json"
FORMAT_VERSION = 1
MOST_LINE_BYTES = 64 << 20
_MOST_MANIFEST_BYTES = 16 << 20
_CHUNK_BYTES = 1 << 20
_NAME = r"^[a-z][a-z0-9_]{0,62}$"
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)

# What file systems without links say: exFAT, SMB.
_NO_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS)
_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS)


class ArchiveError(ValueError):
    """The file cannot be written or used; the text says why and what to do."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TableEntry(_Part):
    """One table of the archive. `bytes` and `sha256` are of its lines, uncompressed."""

    name: str = Field(pattern=_NAME)
    file: str = Field(pattern=r"^[a-z][a-z0-9_]{0,62}\.(jsonl|csv)$")
    columns: tuple[tuple[Annotated[str, Field(pattern=_NAME)], Kind], ...] = Field(min_length=1)
    rows: int = Field(ge=0)
    bytes: int = Field(ge=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class Manifest(_Part):
    """What is in an archive. `revision`: of the schema; `key`: tells the SECRET_KEY apart that sealed its secrets.

    `event_days`: starts of the UTC days that have health events, epoch ms.
    """

    format: Literal["healther-backup", "healther-export"]
    format_version: int = FORMAT_VERSION
    healther: str
    revision: str
    made_at: str
    database: Literal["sqlite", "postgresql"]
    key: str | None = None
    tables: tuple[TableEntry, ...] = ()
    event_days: tuple[int, ...] = ()


class TableWriter:
    """Writes the lines of one table, and counts and hashes them."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._hash = hashlib.sha256()
        self.rows = 0
        self.bytes = 0

    def write(self, lines: bytes, rows: int) -> None:
        """Adds whole lines, which hold so many rows."""
        self._stream.write(lines)
        self._hash.update(lines)
        self.rows += rows
        self.bytes += len(lines)

    @property
    def sha256(self) -> str:
        """Of what was written so far."""
        return self._hash.hexdigest()


class ArchiveWriter:
    """An archive in the making."""

    def __init__(self, packed: zipfile.ZipFile) -> None:
        self._packed = packed
        self.tables: list[TableEntry] = []

    @contextmanager
    def table(self, name: str, columns: tuple[tuple[str, Kind], ...], suffix: str = "jsonl") -> Iterator[TableWriter]:
        """One table, written in the block."""
        file = f"{name}.{suffix}"
        with self._packed.open(file, "w", force_zip64=True) as stream:
            writer = TableWriter(stream)
            yield writer
        self.tables.append(
            TableEntry(
                name=name, file=file, columns=columns, rows=writer.rows, bytes=writer.bytes, sha256=writer.sha256
            )
        )

    def finish(self, manifest: Manifest) -> None:
        """Writes the manifest, with the tables written so far; nothing can be added after it."""
        whole = manifest.model_copy(update={"tables": tuple(self.tables)})
        self._packed.writestr(MANIFEST, whole.model_dump_json(indent=1))


@contextmanager
def new_archive(path: Path) -> Iterator[ArchiveWriter]:
    """An archive that is at `path` once the block has ended well, readable by its user alone; before, nothing is.

    Raises ArchiveError when there is a file of that name, and where it cannot be written.
    """
    if path.exists():
        raise ArchiveError(f"{path} exists already; name another file, or remove it")
    try:
        # mkstemp: mode 0600, for password hashes are in it.
        descriptor, written = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".partial")
    except OSError as error:
        raise ArchiveError(f"{path} cannot be written: {error.strerror}") from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as packed:
                yield ArchiveWriter(packed)
            file.flush()
            os.fsync(file.fileno())
        _give_name(written, path)
        _sync_folder(path.parent)
    except FileExistsError as error:
        raise ArchiveError(f"{path} exists already; name another file, or remove it") from error
    except OSError as error:
        if error.errno not in _DISK:
            raise
        raise ArchiveError(f"{path} cannot be written: {error.strerror}; nothing of it was left") from error
    finally:
        Path(written).unlink(missing_ok=True)


class ArchiveReader:
    """An archive that is there; `manifest` is read, `verify` looks at the rest."""

    def __init__(self, packed: zipfile.ZipFile, path: Path) -> None:
        self._packed = packed
        self._path = path
        self.manifest = self._read_manifest()

    def verify(self) -> None:
        """Reads every table once; raises ArchiveError unless all is as the manifest says."""
        files = [MANIFEST, *(table.file for table in self.manifest.tables)]
        if sorted(self._packed.namelist()) != sorted(files) or len(set(files)) != len(files):
            raise self._error("its files are not those of its manifest")
        for table in self.manifest.tables:
            digest, size, rows = hashlib.sha256(), 0, 0
            with self._open(table) as stream:
                # Not past what the manifest says: a bomb is told by the first byte too many.
                while chunk := stream.read(min(_CHUNK_BYTES, table.bytes - size + 1)):
                    digest.update(chunk)
                    size += len(chunk)
                    rows += chunk.count(b"\n")
                    if size > table.bytes:
                        break
            if size != table.bytes or digest.hexdigest() != table.sha256:
                raise self._error(f"{table.file} is not what was written: its SHA-256 differs")
            if rows != table.rows:
                raise self._error(f"{table.file} has {rows} rows where the manifest says {table.rows}")

    def lines(self, table: TableEntry) -> Iterator[bytes]:
        """The lines of a table, one after the other."""
        with self._open(table) as stream:
            while line := stream.readline(MOST_LINE_BYTES):
                if not line.endswith(b"\n"):
                    raise self._error(f"{table.file} has a line that is too long or cut off")
                yield line

    @contextmanager
    def _open(self, table: TableEntry) -> Iterator[IO[bytes]]:
        try:
            with self._packed.open(table.file) as stream:
                yield stream
        except (*_DAMAGE, KeyError) as error:
            raise self._error(str(error)) from error

    def _read_manifest(self) -> Manifest:
        try:
            info = self._packed.getinfo(MANIFEST)
            if info.file_size > _MOST_MANIFEST_BYTES:
                raise self._error("its manifest is too large")
            manifest = Manifest.model_validate_json(self._packed.read(info))
        except KeyError as error:
            raise self._error("it has no manifest.json: no backup and no export of healther") from error
        except ValidationError as error:
            wrong = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(map(str, wrong["loc"]))
            raise self._error(f"its manifest cannot be understood: {place}: {wrong['msg']}") from error
        except _DAMAGE as error:
            raise self._error(str(error)) from error
        if manifest.format_version > FORMAT_VERSION:
            raise self._error("a newer healther made it: use that one")
        return manifest

    def _error(self, why: str) -> ArchiveError:
        return ArchiveError(f"{self._path} cannot be used: {why}")


@contextmanager
def open_archive(path: Path) -> Iterator[ArchiveReader]:
    """An archive for reading; raises ArchiveError for what is none."""
    try:
        packed = zipfile.ZipFile(path)
    except OSError as error:
        raise ArchiveError(f"{path} cannot be read: {error.strerror or error}") from error
    except _DAMAGE as error:
        raise ArchiveError(f"{path} cannot be used: it is cut off or no archive of healther ({error})") from error
    with packed:
        yield ArchiveReader(packed, path)


def _give_name(written: str, path: Path) -> None:
    """Raises FileExistsError rather than replacing a file that somebody else made meanwhile."""
    try:
        os.link(written, path)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        os.replace(written, path)


def _sync_folder(folder: Path) -> None:
    with suppress(OSError):  # some file systems have no folders to sync
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
