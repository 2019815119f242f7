"""A Go repository made up for measuring: 50,000 lines of locks, maps, channels and goroutines, always the same."""

from __future__ import annotations

import random
from pathlib import Path

import pygit2

PACKAGES = 32
FILES = 10  # a package
SERVICES = 2  # a file; about 50 lines each
CHANGES = 5
_WHO = pygit2.Signature("bench", "bench@localhost", 1_700_000_000, 0)

_SERVICE = """
// {name} keeps {noun}s by name and tells its listeners about them.
type {name} struct {{
	mtx       sync.{mutex}
	{noun}s     map[string]*{noun}{name}
	listeners []chan<- string
	done      chan struct{{}}
}}

type {noun}{name} struct {{
	id    int
	label string
	tags  []string
}}

// New{name} starts the loop of a {name}.
func New{name}(size int) *{name} {{
	s := &{name}{{{noun}s: make(map[string]*{noun}{name}, size), done: make(chan struct{{}})}}
	go s.loop(time.Second)
	return s
}}

func (s *{name}) Put(key string, label string) error {{
	s.mtx.Lock()
	defer s.mtx.Unlock()
	if _, ok := s.{noun}s[key]; ok {{
		return fmt.Errorf("{noun} %q is there already", key)
	}}
	s.{noun}s[key] = &{noun}{name}{{id: len(s.{noun}s), label: label}}
	return nil
}}

func (s *{name}) Take(key string) (*{noun}{name}, bool) {{
	s.mtx.Lock()
	item, ok := s.{noun}s[key]
	if !ok {{
		s.mtx.Unlock()
		return nil, false
	}}
	delete(s.{noun}s, key)
	s.mtx.Unlock()
	for {counter} := 0; {counter} < {limit}; {counter}++ {{
		item.tags = append(item.tags, fmt.Sprint({counter}))
	}}
	return item, true
}}

func (s *{name}) loop(every time.Duration) {{
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {{
		select {{
		case <-s.done:
			return
		case <-ticker.C:
			s.tell("{noun}")
		}}
	}}
}}

func (s *{name}) tell(word string) {{
	s.mtx.Lock()
	listeners := append([]chan<- string(nil), s.listeners...)
	s.mtx.Unlock()
	var wg sync.WaitGroup
	for _, listener := range listeners {{
		wg.Add(1)
		go func(to chan<- string) {{
			defer wg.Done()
			to <- word
		}}(listener)
	}}
	wg.Wait()
}}
"""
_HEAD = 'package p{package:02}\n\nimport (\n\t"fmt"\n\t"sync"\n\t"time"\n)\n'
_NOUNS = ("job", "lease", "token", "route", "shard", "session", "metric", "volume")


def make_repository(folder: Path) -> pygit2.Repository:
    """A bare repository in folder: one commit with everything, then some that change a function each."""
    repo = pygit2.init_repository(str(folder), bare=True)
    dice = random.Random(1)
    files = {"go.mod": "module example.test/synthetic\n\ngo 1.21\n"}
    for package in range(PACKAGES):
        for file in range(FILES):
            services = "".join(_service(dice, f"S{file}x{number}") for number in range(SERVICES))
            files[f"p{package:02}/f{file}.go"] = _HEAD.format(package=package) + services
    head = _commit(repo, files, [])
    for change in range(CHANGES):
        path = f"p{change * 7:02}/f{change}.go"
        files[path] = files[path].replace("\tdefer s.mtx.Unlock()\n\tif _, ok", "\tdefer s.mtx.Unlock()\n\tif old, ok")
        files[path] = files[path].replace('is there already", key)', 'is there already: %v", key, old)')
        head = _commit(repo, files, [head])
    return repo


def _service(dice: random.Random, name: str) -> str:
    mutex, noun, counter = dice.choice(("Mutex", "RWMutex")), dice.choice(_NOUNS), dice.choice("ijkn")
    return _SERVICE.format(name=name, mutex=mutex, noun=noun, counter=counter, limit=dice.randrange(2, 99))


def _commit(repo: pygit2.Repository, files: dict[str, str], parents: list[pygit2.Oid]) -> pygit2.Oid:
    index = pygit2.Index()
    for path, text in files.items():
        index.add(pygit2.IndexEntry(path, repo.create_blob(text.encode()), pygit2.enums.FileMode.BLOB))
    return repo.create_commit("HEAD", _WHO, _WHO, "change", index.write_tree(repo), parents)
