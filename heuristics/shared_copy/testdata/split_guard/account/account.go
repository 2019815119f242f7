// Reduced from rclone/rclone before 177195aeeb: the counters have a lock of their own, and are reset under another one.
package account

import "sync"

type values struct {
	mu    sync.Mutex
	bytes int64
	last  int64
}

type account struct {
	mu     sync.Mutex
	values values
	name   string
}

func (a *account) AddBad(n int64) {
	a.values.mu.Lock()
	defer a.values.mu.Unlock()
	a.values.bytes += n
	a.values.last = n
}

func (a *account) Bytes() (int64, int64) {
	a.values.mu.Lock()
	defer a.values.mu.Unlock()
	return a.values.bytes, a.values.last
}

func (a *account) Shift() {
	a.values.mu.Lock()
	defer a.values.mu.Unlock()
	a.values.last = a.values.bytes
}

func (a *account) ResetBad(name string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.name = name
	a.values.bytes = 0 // want "^`bytes` is guarded by `a.mu` here and by `a.values.mu` in `account.AddBad`: neither excludes the other.$"
	a.values.last = 0  // want "`last` is guarded by `a.mu` here and by `a.values.mu`"
}

type table struct {
	readers sync.Mutex
	writers sync.Mutex
	rows    map[string]int
	size    int
	single  int
}

// Both are held by the writer, so either does for a reader.
func (t *table) Put(name string) {
	t.readers.Lock()
	defer t.readers.Unlock()
	t.writers.Lock()
	defer t.writers.Unlock()
	t.rows[name]++
}

func (t *table) GetOk(name string) int {
	t.readers.Lock()
	defer t.readers.Unlock()
	return t.rows[name]
}

func (t *table) LenOk() int {
	t.writers.Lock()
	defer t.writers.Unlock()
	return len(t.rows)
}

// One access on each side is no habit.
func (t *table) growOk() {
	t.writers.Lock()
	defer t.writers.Unlock()
	t.size++
}

func (t *table) sizeOk() int {
	t.readers.Lock()
	defer t.readers.Unlock()
	return t.size // want(all) "`size` is guarded by `t.readers` here"
}

var statistics struct {
	total int
}

var statisticsMu sync.Mutex

type pull struct {
	mu     sync.Mutex
	copied int
}

func (p *pull) Start() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.copied++
}

func (p *pull) Next() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.copied++
}

func (p *pull) Copied() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.copied
}

// The lock that is held is there for the statistics.
func finishOk(p *pull) {
	statisticsMu.Lock()
	defer statisticsMu.Unlock()
	statistics.total += p.copied
}

// A lock type of the repository that embeds the one of sync.
type Mutex struct {
	sync.Mutex
}

type rules struct {
	Mutex
	list []string
}

func (r *rules) Add(rule string) {
	r.Lock()
	defer r.Unlock()
	r.list = append(r.list, rule)
}

func (r *rules) Len() int {
	r.Lock()
	defer r.Unlock()
	return len(r.list)
}

func (r *rules) Clear() {
	r.Lock()
	defer r.Unlock()
	r.clearLockedOk()
}

func (r *rules) clearLockedOk() {
	r.list = nil
}

func (r *rules) ResetLocked() {
	r.list = r.list[:0]
}

type settings struct {
	Address string
	Peers   int
}

// The parts of the settings have locks of their own.
type manager struct {
	addressMu sync.Mutex
	mu        sync.Mutex
	settings  settings
}

func (m *manager) Bind(address string) {
	m.addressMu.Lock()
	defer m.addressMu.Unlock()
	m.settings.Address = address
}

func (m *manager) AddressOk() string {
	m.addressMu.Lock()
	defer m.addressMu.Unlock()
	return m.settings.Address
}

func (m *manager) ForgetOk() {
	m.addressMu.Lock()
	defer m.addressMu.Unlock()
	m.settings.Address = ""
}

func (m *manager) PeersOk() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.settings.Peers
}

// Reduced from rclone/rclone lib/dircache: the comment names the lock, the description takes the one beside it.
type tree struct {
	cacheMu sync.Mutex
	cache   map[string]string
	mu      sync.Mutex
	root    string // guarded by mu
}

func (t *tree) SetRoot() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.root = "root"
}

func (t *tree) DescribeBad() string {
	t.cacheMu.Lock()
	defer t.cacheMu.Unlock()
	return t.root // want "`root` is guarded by `t.cacheMu` here and by `t.mu` in `tree.SetRoot`"
}

type finder struct {
	relays       sync.Mutex
	candidatesMu sync.Mutex
	candidates   map[string]int
	count        int
}

func (f *finder) Add(name string) {
	f.candidatesMu.Lock()
	defer f.candidatesMu.Unlock()
	f.candidates[name]++
}

// Somebody holds both locks, but not whoever changes the map.
func (f *finder) Count() int {
	f.relays.Lock()
	defer f.relays.Unlock()
	f.candidatesMu.Lock()
	defer f.candidatesMu.Unlock()
	return len(f.candidates)
}

func (f *finder) EmptyBad() bool {
	f.relays.Lock()
	defer f.relays.Unlock()
	f.count++
	return len(f.candidates) == 0 // want "`candidates` is guarded by `f.relays` here and by `f.candidatesMu` in `finder.Add`: neither excludes the other."
}
