"""The tables of queue and reviews, the same on SQLite and PostgreSQL; times are seconds since 1970 by the database's
clock. Those that only the dashboard reads are in `dashboard_tables`."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    text,
)

from bot.store.columns import Serial, metadata, text_column, time_column
from bot.store.dashboard_tables import (
    audit,
    demotions,
    findings,
    grants,
    history,
    logins,
    repositories,
    sweeps,
    tokens,
)

__all__ = [
    "LEASED",
    "WAITING",
    "audit",
    "budgets",
    "checks",
    "covered",
    "demotions",
    "dispositions",
    "facts",
    "feedback",
    "findings",
    "grants",
    "heads",
    "history",
    "inbox",
    "installations",
    "intents",
    "logins",
    "metadata",
    "posted",
    "repositories",
    "schedule",
    "subjects",
    "sweeps",
    "tallies",
    "tokens",
]

# One row a delivery id. command: JSON of a Command, else null. want: the subject's counter after this delivery.
# trace: W3C traceparent of the webhook, where traces are wanted.
inbox = Table(
    "inbox",
    metadata,
    Column("delivery", String, primary_key=True),
    Column("subject", Serial, nullable=False, server_default="0"),
    Column("want", BigInteger, nullable=False, server_default="0"),
    text_column("action"),
    Column("command", String, nullable=True),
    Column("done", Boolean, nullable=False, server_default=text("false")),
    text_column("trace"),
    time_column("received_at"),
    Index("inbox_open", "subject", "want", sqlite_where=text("NOT done"), postgresql_where=text("NOT done")),
    Index("inbox_received", "received_at"),
)

WAITING = text("want > done AND NOT failed")
LEASED = text("lease_until > 0")

# One row a subject: want > done is work. lease_until 0: nobody holds it. priority: 0 a person, 1 a push, 2 the sweep,
# 3 a baseline.
subjects = Table(
    "subjects",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("key", String, nullable=False, unique=True),
    Column("kind", String, nullable=False),
    Column("installation", BigInteger, nullable=False),
    Column("repository", BigInteger, nullable=False, server_default="0"),
    Column("number", BigInteger, nullable=False, server_default="0"),
    text_column("ref"),
    text_column("full_name"),
    text_column("head"),
    Column("closed", Boolean, nullable=False, server_default=text("false")),
    Column("priority", SmallInteger, nullable=False, server_default="1"),
    Column("want", BigInteger, nullable=False, server_default="0"),
    Column("done", BigInteger, nullable=False, server_default="0"),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("fence", BigInteger, nullable=False, server_default="0"),
    time_column("run_at"),
    time_column("lease_until"),
    Column("failed", Boolean, nullable=False, server_default=text("false")),
    text_column("reason"),
    time_column("created_at"),
    time_column("updated_at"),
    # The claim walks from installation to installation and takes the first due row of each, priority by priority: its
    # cost does not grow with the backlog.
    Index(
        "subjects_waiting",
        "installation",
        "priority",
        "run_at",
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    ),
    Index("subjects_leased", "lease_until", sqlite_where=LEASED, postgresql_where=LEASED),
    Index("subjects_repository", "repository"),
)

# One row a finding that stands as a thread (or in a review's body: comment 0) on a pull request.
posted = Table(
    "posted",
    metadata,
    Column("repository", BigInteger, primary_key=True, autoincrement=False),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("fingerprint", String, primary_key=True),
    text_column("heuristic"),
    text_column("symbol"),
    text_column("variable"),
    text_column("message"),
    text_column("path"),
    text_column("acts"),
    Column("comment", BigInteger, nullable=False, server_default="0"),
    Column("review", BigInteger, nullable=False, server_default="0"),
    text_column("thread"),
    text_column("state"),
    text_column("head_first"),
    text_column("head_fixed"),
    text_column("author"),
    time_column("said_at"),
    time_column("created_at"),
    time_column("updated_at"),
)

# Written before each write to GitHub, so that one whose outcome is unknown is looked for and not repeated.
intents = Table(
    "intents",
    metadata,
    Column("subject_key", String, primary_key=True),
    Column("marker", String, primary_key=True),
    text_column("kind"),
    text_column("digest"),
    Column("done", Boolean, nullable=False, server_default=text("false")),
    time_column("created_at"),
)

# The check run of a commit.
checks = Table(
    "checks",
    metadata,
    Column("repository", BigInteger, primary_key=True, autoincrement=False),
    Column("head", String, primary_key=True),
    Column("check_run", BigInteger, nullable=False),
    text_column("status"),
    time_column("created_at"),
    time_column("updated_at"),
    Index("checks_status", "status", "updated_at"),
)

# What the engine knows of a blob: digests and names, never source text.
facts = Table(
    "facts",
    metadata,
    Column("key", String, primary_key=True),
    Column("value", LargeBinary, nullable=False),
    time_column("used_at"),
    Index("facts_used", "used_at"),
)

# Which pull request a head commit belongs to: GitHub leaves it out of events about forks.
heads = Table(
    "heads",
    metadata,
    Column("repository", BigInteger, primary_key=True, autoincrement=False),
    Column("head", String, primary_key=True),
    Column("number", BigInteger, nullable=False),
    time_column("seen_at"),
    Index("heads_seen", "seen_at"),
)

# A person's no to a finding, for the repository; acts: it holds until what the function does to the variable changes.
dispositions = Table(
    "dispositions",
    metadata,
    Column("repository", BigInteger, primary_key=True, autoincrement=False),
    Column("fingerprint", String, primary_key=True),
    text_column("acts"),
    text_column("kind"),
    text_column("author"),
    text_column("reason"),
    text_column("heuristic"),
    text_column("path"),
    text_column("symbol"),
    text_column("variable"),
    time_column("created_at"),
)

# What people said to findings, each answer by itself: a heuristic is worth what they say. source: the delivery or the
# reaction that said it.
feedback = Table(
    "feedback",
    metadata,
    Column("repository", BigInteger, primary_key=True, autoincrement=False),
    Column("source", String, primary_key=True),
    Column("number", BigInteger, nullable=False, server_default="0"),
    Column("comment", BigInteger, nullable=False, server_default="0"),
    text_column("fingerprint"),
    text_column("heuristic"),
    text_column("kind"),
    text_column("author"),
    text_column("reason"),
    time_column("created_at"),
    Index("feedback_pull", "repository", "number"),
)

# rest_until: GitHub's limits are used up till then. turn_at: when the next write to GitHub may be sent, by any worker.
# served_at: when the last review was begun; who waits longest is next.
installations = Table(
    "installations",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    text_column("account"),
    Column("suspended", Boolean, nullable=False, server_default=text("false")),
    time_column("rest_until"),
    time_column("turn_at"),
    time_column("served_at"),
    time_column("updated_at"),
)

# One row a repository that something came in about: whose it is stays known when its other rows are gone.
# seen_until: its open pull requests have been gone through up to what GitHub says was changed then. etag: of that list.
covered = Table(
    "covered",
    metadata,
    Column("repository", BigInteger, primary_key=True, autoincrement=False),
    Column("installation", BigInteger, nullable=False),
    text_column("full_name"),
    text_column("etag"),
    time_column("seen_until"),
    time_column("listed_at"),
    Index("covered_listed", "listed_at"),
    Index("covered_installation", "installation"),
)

# What was counted, by metric and label, for good; the sum over the slots is the number. Processes count in different
# slots, so that they seldom wait for each other's rows.
tallies = Table(
    "tallies",
    metadata,
    Column("name", String, primary_key=True),
    Column("label", String, primary_key=True),
    Column("slot", SmallInteger, primary_key=True, autoincrement=False),
    Column("value", Double, nullable=False, server_default="0"),
)

# What GitHub said is left of an installation's hour. resource: GitHub's word for what it counts apart (core, graphql).
budgets = Table(
    "budgets",
    metadata,
    Column("installation", BigInteger, primary_key=True, autoincrement=False),
    Column("resource", String, primary_key=True),
    Column("remaining", Double, nullable=False, server_default="0"),
    time_column("reset_at"),
)

# What runs every so often, on whichever worker comes first.
schedule = Table(
    "schedule",
    metadata,
    Column("name", String, primary_key=True),
    time_column("run_at"),
)
