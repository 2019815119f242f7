"""The tables behind the dashboard: findings with their life, who is logged in, and what administrators did.

None holds a line of source: of a finding there is the sentence, the symbol and the places.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Index, SmallInteger, String, Table, text

from bot.store.columns import Serial, metadata, number_column, text_column, time_column


def _where(condition: str) -> dict[str, Any]:
    """For an index of some rows. It serves queries that have the condition word for word, not as a parameter; and
    on SQLite it serves them alone only if it holds the column of the condition, too."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


# One row a finding of a pull request, or (number 0) of a default branch. state: as of `store.posted`. told: inline,
# file, check, or "" while nobody was told. grade: 0 a note, 2 an error. places, evidence: JSON. author, reason: of who
# closed it. seen_at: first; looked_at: last; closed_at: since when it is not open.
# Beside it stands `findings_text`, of which `texts` tells.
findings = Table(
    "findings",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("repository", BigInteger, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("fingerprint", String, nullable=False),
    text_column("heuristic"),
    text_column("family"),
    text_column("severity"),
    Column("grade", SmallInteger, nullable=False, server_default="0"),
    text_column("tier"),
    text_column("symbol"),
    text_column("variable"),
    text_column("message"),
    text_column("path"),
    number_column("line"),
    number_column("end_line"),
    text_column("places"),
    text_column("evidence"),
    text_column("owners"),
    text_column("state"),
    text_column("told"),
    number_column("comment"),
    text_column("author"),
    text_column("reason"),
    text_column("head_first"),
    text_column("head_last"),
    text_column("head_fixed"),
    number_column("pushes"),
    time_column("seen_at"),
    time_column("looked_at"),
    time_column("closed_at"),
    Index("findings_of", "repository", "number", "fingerprint", unique=True),
    Index("findings_newest", "seen_at", "id", "repository"),
    Index("findings_gravest", "grade", "seen_at", "id", "repository"),
    Index("findings_state", "state", "seen_at", "id", "repository"),
    Index("findings_open_gravest", "state", "grade", "seen_at", "id", "repository"),
    Index("findings_worth", "heuristic", "state", "told", "repository"),
    Index("findings_states", "repository", "state", "number"),
    Index("findings_lived", "state", "seen_at", "repository", "closed_at", "number", **_where("number > 0")),
    Index("findings_came", "seen_at", "repository", "number", **_where("number = 0")),
    Index("findings_went", "closed_at", "repository", "number", **_where("number = 0")),
    Index("findings_decided", "repository", "heuristic", "closed_at"),
    Index("findings_heuristic", "heuristic", "state", "seen_at", "id", "repository"),
)

# What happened to a finding. what: seen, told, pushed, or the state that it came to.
history = Table(
    "history",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("finding", BigInteger, nullable=False),
    Column("repository", BigInteger, nullable=False),
    text_column("what"),
    text_column("head"),
    text_column("author"),
    text_column("reason"),
    time_column("at"),
    Index("history_finding", "finding", "id"),
    Index("history_newest", "at", "id", "repository"),
    Index("history_happened", "at", "repository", "what", "finding"),
)

# A repository as its last review saw it. rules: JSON of its CODEOWNERS. head, counted, to_count: the commit of its
# baseline, and how many of its files were gone through, of how many; gap: lines on what of them could not be looked at;
# counted_at: when that ended last. Whose it is, `covered` tells; installation is written by versions before 0013 alone.
repositories = Table(
    "repositories",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    number_column("installation"),
    text_column("mode"),
    text_column("origin"),
    text_column("rules"),
    text_column("head"),
    number_column("counted"),
    number_column("to_count"),
    text_column("gap"),
    time_column("counted_at"),
    time_column("updated_at"),
)

# A heuristic that is not worth its noise in a repository: from demoted_at on it speaks in the check only, until an
# administrator brings it back (lifted_at), from when on it is counted anew.
demotions = Table(
    "demotions",
    metadata,
    Column("repository", BigInteger, primary_key=True, autoincrement=False),
    Column("heuristic", String, primary_key=True),
    number_column("fixed"),
    number_column("dismissed"),
    text_column("lifted_by"),
    time_column("demoted_at"),
    time_column("lifted_at"),
)

# Who is logged in. key: digest of what the browser holds. token, refresh, visible: enciphered; the token of the person
# at GitHub, what it is renewed with, and what that person and the App may both see, as of visible_at.
logins = Table(
    "logins",
    metadata,
    Column("key", String, primary_key=True),
    Column("user", BigInteger, nullable=False),
    text_column("login"),
    text_column("token"),
    text_column("refresh"),
    text_column("visible"),
    time_column("visible_at"),
    time_column("used_at"),
    time_column("created_at"),
    time_column("expires_at"),
    Index("logins_user", "user"),
    Index("logins_expires", "expires_at"),
)

# What the service asks GitHub with, what somebody may see who has tokens for the API: one row a person, as in `logins`.
# expires_at: of the token, 0 for never. busy_until: a process is renewing it till then.
grants = Table(
    "grants",
    metadata,
    Column("user", BigInteger, primary_key=True, autoincrement=False),
    text_column("login"),
    text_column("token"),
    text_column("refresh"),
    text_column("visible"),
    time_column("visible_at"),
    time_column("expires_at"),
    time_column("busy_until"),
)

# A token for the API. key: digest of it. It shows of one account what its maker may see at that moment.
tokens = Table(
    "tokens",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("key", String, nullable=False),
    Column("user", BigInteger, nullable=False),
    Column("installation", BigInteger, nullable=False),
    text_column("name"),
    time_column("created_at"),
    time_column("used_at"),
    time_column("expires_at"),
    Index("tokens_key", "key", unique=True),
    Index("tokens_user", "user"),
)

# What people changed on the dashboard. repository: 0 where it is of the account, of which installation is then told.
audit = Table(
    "audit",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("repository", BigInteger, nullable=False),
    number_column("installation"),
    number_column("user"),
    text_column("login"),
    text_column("what"),
    text_column("detail"),
    time_column("at"),
    Index("audit_newest", "repository", "at", "id"),
)

# What each step of the last sweep did.
sweeps = Table(
    "sweeps",
    metadata,
    Column("step", String, primary_key=True),
    number_column("count"),
    text_column("error"),
    time_column("at"),
)
