"""Baselines: which repositories' standing findings are to be counted, and how far that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, String, bindparam, case, cast, not_, select, update
from sqlalchemy.sql.dml import Insert

from bot.store.database import Database, now
from bot.store.tables import covered, repositories, subjects
from bot.values import Event, Kind, Subject

# After everything that anybody waits for. A version that knows no baselines takes no row of this priority.
BACKGROUND = 3
# Seconds from the end of one count to the next of the same repository: pushes in between share one.
SPACING = 3600.0
_PREFIX = f"{Kind.BASELINE.value}/"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a baseline is. head: the commit, "" where none was begun or it is to be begun anew. counted, to_count:
    files that were gone through, and all. gap: what of them could not be looked at, and why, "" for nothing."""

    head: str = ""
    counted: int = 0
    to_count: int = 0
    gap: str = ""

    @property
    def ended(self) -> bool:
        """Whether nothing of it is left."""
        return bool(self.head) and self.counted >= self.to_count


def want(db: Database, connection: Connection, events: Sequence[Event]) -> None:
    """The baselines of these events' repositories are to be counted: as soon as all else is done, and an hour after
    they were last."""
    rows = {
        repository: _row(event.subject.installation, repository, full_name)
        for event in events
        for repository, full_name in event.baselines
    }
    if rows:
        connection.execute(db.made(_wish), sorted(rows.values(), key=lambda row: str(row["key"])))


def want_all(db: Database, many: int) -> int:
    """Queue repositories that were never asked for, as those that the App covered before there were baselines. How
    many, `many` at most."""
    asked = select(subjects.c.id).where(subjects.c.key == _PREFIX + cast(covered.c.repository, String))
    known = (covered.c.repository, covered.c.installation, covered.c.full_name)
    query = select(*known).where(covered.c.full_name != "", not_(asked.exists()))
    with db.read() as connection:
        found = connection.execute(query.order_by(covered.c.repository).limit(many)).all()
    if found:
        rows = [_row(row.installation, row.repository, row.full_name) for row in found]
        with db.write() as connection:
            connection.execute(db.made(_wish), sorted(rows, key=lambda row: str(row["key"])))
    return len(found)


def ask(db: Database, repository: int) -> bool:
    """A person wants a repository counted anew, at once. False where it was never to be counted."""
    of_it = subjects.c.key == Subject(Kind.BASELINE, 0, repository).key
    forgiven = {"failed": False, "tries": 0, "reason": "", "run_at": now(), "updated_at": now()}
    with db.write() as connection:
        changed = connection.execute(update(subjects).where(of_it).values(want=subjects.c.want + 1, **forgiven))
        connection.execute(update(repositories).where(repositories.c.id == repository).values(head=""))
        return changed.rowcount > 0


def progress(db: Database, repository: int) -> Progress:
    """How far the baseline of a repository is."""
    columns = (repositories.c[name] for name in Progress.__dataclass_fields__)
    with db.read() as connection:
        row = connection.execute(select(*columns).where(repositories.c.id == repository)).mappings().one_or_none()
    return Progress() if row is None else Progress(**row)


def rest(db: Database, repository: int) -> float:
    """Seconds until a repository may be counted again; 0 where it may be now, or somebody asked for it."""
    since = now() - repositories.c.counted_at
    query = select(since).where(repositories.c.id == repository, repositories.c.head != "", since >= 0)
    with db.read() as connection:
        passed = connection.execute(query).scalar()
    return 0.0 if passed is None else max(0.0, SPACING - passed)


def note(db: Database, repository: int, reached: Progress) -> None:
    """Remember how far a baseline is."""
    values = asdict(reached)
    at = {"counted_at": now()} if reached.ended else {}
    statement = db.insert(repositories).values(id=repository, **values, **at)
    with db.write() as connection:
        connection.execute(statement.on_conflict_do_update(index_elements=("id",), set_={**values, **at}))


def _row(installation: int, repository: int, full_name: str) -> dict[str, object]:
    subject = Subject(Kind.BASELINE, installation, repository)
    return {"key": subject.key, "installation": installation, "repository": repository, "full_name": full_name}


def _wish(db: Database) -> Insert:
    counted = select(repositories.c.counted_at).where(repositories.c.id == bindparam("repository")).scalar_subquery()
    lately = (counted > now() - SPACING) & (counted <= now())
    statement = db.insert(subjects).values(
        key=bindparam("key"),
        kind=Kind.BASELINE.value,
        installation=bindparam("installation"),
        repository=bindparam("repository"),
        full_name=bindparam("full_name"),
        priority=BACKGROUND,
        want=1,
        run_at=case((lately, counted + SPACING), else_=now()),
        created_at=now(),
        updated_at=now(),
    )
    new = statement.excluded
    waiting = (subjects.c.want > subjects.c.done) & not_(subjects.c.failed)
    return statement.on_conflict_do_update(
        index_elements=("key",),
        set_={
            "installation": new.installation,
            "full_name": new.full_name,
            "want": subjects.c.want + 1,
            "tries": 0,
            "failed": False,
            "reason": "",
            # What waits keeps its turn: pushes that follow each other must not put it off for ever.
            "run_at": case((waiting, subjects.c.run_at), else_=new.run_at),
            "updated_at": new.updated_at,
        },
    )
