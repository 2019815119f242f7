"""Refuses to keep SQLite on a network file system, where its write-ahead log is not safe."""

from __future__ import annotations

from pathlib import Path

from bot.values import UserError

NETWORK = frozenset(
    {"afs", "beegfs", "ceph", "cifs", "glusterfs", "gpfs", "lustre", "ncpfs", "nfs", "nfs4", "smb3", "smbfs"}
    | {f"fuse.{name}" for name in ("ceph", "glusterfs", "rclone", "s3fs", "sshfs")}
)


def refuse_network(path: Path, mounts: str | None = None) -> None:
    """Raise UserError when `path` lies on a network file system.

    mounts: text in the form of /proc/self/mountinfo; the system's own by default. Unknown where there is none.
    """
    table = Path("/proc/self/mountinfo")
    if mounts is None:
        mounts = table.read_text(encoding="utf-8", errors="replace") if table.exists() else ""
    kind = _file_system(path.resolve(), mounts)
    if kind in NETWORK:
        raise UserError(
            f"DATABASE_URL: {path} is on a network file system ({kind}), where SQLite can lose data;"
            " use a local disk, or PostgreSQL for more than one host"
        )


def _file_system(path: Path, mounts: str) -> str:
    """Kind of the file system with the longest mount point above `path`; the later of equals hides the earlier."""
    best, kind = -1, ""
    for line in mounts.splitlines():
        before, found, after = line.partition(" - ")
        fields = before.split(" ")
        if not found or len(fields) < 5:
            continue
        point = fields[4].encode().decode("unicode_escape")  # a space is written as \040
        if path.is_relative_to(point) and len(point) >= best:
            best, kind = len(point), after.split(" ")[0]
    return kind
