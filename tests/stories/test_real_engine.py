"""The whole way with the real engine: a lock that a change leaves behind on one path."""

from __future__ import annotations

from bot.demo.double import Double
from bot.store.database import Database
from bot.store.facts import StoredFacts
from bot.work.analyst import Analyst
from tests.stories.harness import check_of, ours, running

CACHE = """package cache

import (
	"errors"
	"sync"
)

var errEmpty = errors.New("empty key")

// Cache keeps what was loaded.
type Cache struct {
	mtx   sync.Mutex
	items map[string]string
}

// Put stores a value.
func (c *Cache) Put(key, value string) error {
	c.mtx.Lock()
	c.items[key] = value
	c.mtx.Unlock()
	return nil
}
"""
LEAKING = CACHE.replace(
    "\tc.items[key] = value\n",
    '\tif key == "" {\n\t\treturn errEmpty\n\t}\n\tc.items[key] = value\n',
)
FIXED = LEAKING.replace("\t\treturn errEmpty\n", "\t\tc.mtx.Unlock()\n\t\treturn errEmpty\n")


def test_a_lock_left_behind_is_told_and_its_fix_is_seen(github: Double, database_url: str) -> None:
    database = Database(database_url)
    analyst = Analyst(StoredFacts(database))
    try:
        with running(github, database, analyst.analyze) as bot:
            repository = github.people.repository("acme/rockets", {"go.mod": "module rockets\n", "cache.go": CACHE})
            pull = github.people.open(repository, {"cache.go": LEAKING})
            bot.work()
            (comment,) = ours(pull)
            assert (comment.path, comment.side) == ("cache.go", "RIGHT")
            assert "(`lock-leak-on-return`)" in comment.body
            assert "`c.mtx` is still held by this return" in comment.body
            assert check_of(pull).conclusion == "neutral"

            github.people.push(pull, {"cache.go": "// Package cache keeps.\n" + LEAKING})
            bot.work()
            assert len(ours(pull)) == len(pull.reviews) == 1

            github.people.push(pull, {"cache.go": FIXED})
            bot.work()
            assert comment.body.startswith("**Fixed in ")
            assert check_of(pull).conclusion == "success"
    finally:
        analyst.close()
        database.close()
