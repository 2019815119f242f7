"""Who installed the App: whose turn it is to write, who has to rest; and forgetting all about who removed it."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, case, delete, select, text, update
from sqlalchemy.sql.dml import Insert

from bot.store.covered import erase_rows
from bot.store.database import Database, now
from bot.store.inbox import PERSON
from bot.store.tables import audit, budgets, covered, installations, subjects, tokens

# Turns to write that are ever taken ahead: more than all rounds of an installation at once can ask for.
MOST_TURNS = 60
# Repositories that one statement names.
_PORTION = 500


def delay(db: Database, installation: int, seconds: float, *, people_too: bool) -> None:
    """Nothing of an installation starts within `seconds`, what comes in meanwhile included. people_too: else only what
    waits now and no person asked for."""
    later = now() + seconds
    waiting = (subjects.c.installation == installation) & text("want > done AND NOT failed")
    if not people_too:
        waiting &= subjects.c.priority != PERSON
    with db.write() as connection:
        # In the order in which the inbox takes rows, so that neither waits for the other.
        connection.execute(select(subjects.c.id).where(waiting).order_by(subjects.c.key).with_for_update())
        connection.execute(update(subjects).where(waiting, subjects.c.run_at < later).values(run_at=later))
        if people_too:
            statement = db.insert(installations).values(id=installation, rest_until=later, updated_at=now())
            new, old = statement.excluded.rest_until, installations.c.rest_until
            longer = {"rest_until": case((old > new, old), else_=new)}
            connection.execute(statement.on_conflict_do_update(index_elements=("id",), set_=longer))


def serve(db: Database, connection: Connection, ids: Collection[int]) -> None:
    """Reviews of installations begin: it is the others' turn now. Holds their rows, taken in order."""
    connection.execute(db.made(_service), [{"id": id_} for id_ in sorted(ids)])


def take_turn(db: Database, installation: int, every: float) -> float:
    """Seconds until the caller may write to GitHub for an installation: turns, of all hosts, are `every` s apart."""
    statement = db.insert(installations).values(id=installation, turn_at=now() + every, updated_at=now())
    old = installations.c.turn_at
    # Few write at once: a turn far off was taken before the clock was set back.
    taken = old.between(now(), now() + MOST_TURNS * every)
    following = {"turn_at": case((taken, old), else_=now()) + every}
    query = statement.on_conflict_do_update(index_elements=("id",), set_=following)
    with db.write() as connection:
        wait: float = connection.execute(query.returning(installations.c.turn_at - every - now())).scalar_one()
    return max(0.0, wait)


def erase(db: Database, installation: int) -> bool:
    """Delete everything that is kept about an installation and its repositories; the queue's row of itself stays.
    False when a worker was at one of them, who may still write something down."""
    elsewhere = select(covered.c.repository).where(covered.c.installation != installation)
    queued = select(subjects.c.repository).where(
        subjects.c.installation == installation, subjects.c.repository != 0, subjects.c.repository.not_in(elsewhere)
    )
    known = select(covered.c.repository).where(covered.c.installation == installation)
    with db.write() as connection:
        ids = connection.execute(queued.union(known)).scalars().all()
        gone = [erase_rows(connection, ids[at : at + _PORTION]) for at in range(0, len(ids), _PORTION)]
        connection.execute(delete(budgets).where(budgets.c.installation == installation))
        connection.execute(delete(tokens).where(tokens.c.installation == installation))
        connection.execute(delete(audit).where(audit.c.installation == installation))
        connection.execute(delete(installations).where(installations.c.id == installation))
        return all(gone)


def _service(db: Database) -> Insert:
    statement = db.insert(installations).values(served_at=now(), updated_at=now())
    return statement.on_conflict_do_update(index_elements=("id",), set_={"served_at": now()})
