package getters

import (
	"fmt"
	"maps"
	"sync"
)

type Node struct{ Address string }

type Registry struct {
	mu     sync.RWMutex
	nodes  map[string]Node
	order  []string
	zones  map[string]string
	tuning Tuning
	peers  map[string]*Node
	taken  map[string]Node
	fixed  map[string]Node
	local  map[string]Node
	slow   map[string]Node
	rules  []string

	learned map[string]int
}

type Tuning struct {
	Name   string
	Limits map[string]int
}

func New() *Registry {
	return &Registry{nodes: map[string]Node{}}
}

func (r *Registry) Add(name string, node Node) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.nodes[name] = node
	r.order[0] = name
	r.tuning.Limits[name]++
	r.taken[name] = node
	r.fixed[name] = node
	r.local[name] = node
	r.slow[name] = node
	r.peers[name].Address = node.Address
}

func (r *Registry) NodesBad() map[string]Node {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.nodes // want "^The map `nodes`, which `r.mu` guards, leaves the lock here; callers use it unprotected.$"
}

func Print(r *Registry) {
	for name, node := range r.NodesBad() {
		fmt.Println(name, node)
	}
}

func (r *Registry) OrderBad() []string {
	r.mu.RLock()
	order := r.order
	r.mu.RUnlock()
	return order // want "The slice `order`, which `r.mu` guards, leaves the lock here"
}

func First(r *Registry) string {
	order := r.OrderBad()
	return order[0]
}

func (r *Registry) TuningBad() Tuning {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.tuning // want "The map `Limits`, which `r.mu` guards, leaves the lock here"
}

func Limit(r *Registry, name string) int {
	tuning := r.TuningBad()
	return tuning.Limits[name]
}

// Nobody looks into it: listed only.
func (r *Registry) Slow() map[string]Node {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.slow // want(all) "The map `slow`"
}

func (r *Registry) cloneOk() map[string]Node {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return maps.Clone(r.nodes)
}

// T13: only replaced as a whole.
func (r *Registry) SetZones(zones map[string]string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.zones = zones
}

func (r *Registry) ZonesOk() map[string]string {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.zones
}

func PrintZones(r *Registry) {
	for name := range r.ZonesOk() {
		fmt.Println(name)
	}
}

// T13: what is filled in was made a line before.
func (r *Registry) SetRules(rules []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.rules = make([]string, len(rules))
	copy(r.rules, rules)
}

func (r *Registry) RulesOk() []string {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.rules
}

func PrintRules(r *Registry) {
	for _, rule := range r.RulesOk() {
		fmt.Println(rule)
	}
}

// The map is made only when there is none.
func (r *Registry) Learn(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.learned == nil {
		r.learned = map[string]int{}
	}
	r.learned[name]++
}

func (r *Registry) LearnedBad() map[string]int {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.learned // want "The map `learned`"
}

func PrintLearned(r *Registry) {
	for name := range r.LearnedBad() {
		fmt.Println(name)
	}
}

// What the elements refer to is changed, the map is not.
func (r *Registry) PeersOk() map[string]*Node {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.peers
}

func PrintPeers(r *Registry) {
	for name := range r.PeersOk() {
		fmt.Println(name)
	}
}

// The caller owns what it gets.
func (r *Registry) TakeOk() map[string]Node {
	r.mu.Lock()
	defer r.mu.Unlock()
	taken := r.taken
	r.taken = map[string]Node{}
	return taken
}

func PrintTaken(r *Registry) {
	for name := range r.TakeOk() {
		fmt.Println(name)
	}
}

// The comment says so. The result is read-only.
func (r *Registry) FixedOk() map[string]Node {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.fixed
}

func PrintFixed(r *Registry) {
	for name := range r.FixedOk() {
		fmt.Println(name)
	}
}

// T11: the only caller holds the lock.
func (r *Registry) localOk() map[string]Node {
	return r.local
}

func (r *Registry) countOk() (total int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for range r.localOk() {
		total++
	}
	return total
}

// T10: the object is fresh.
func (r *Registry) seedOk() map[string]Node {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.slow // want(all) "The map `slow`"
}

func Seeded() *Registry {
	r := New()
	for name := range r.seedOk() {
		fmt.Println(name)
	}
	return r
}
