// Reduced from nats-io/nats-server before 722acfe935: a configuration is copied under the lock, and the map in it changed
// after the release.
package locals

import (
	"fmt"
	"maps"
	"sync"
)

type Config struct {
	Name     string
	Metadata map[string]string
}

type Consumer struct {
	mu     sync.RWMutex
	config *Config
	names  map[string]int
	shots  map[string]int
	old    map[string]int
}

func stamp(config *Config) {
	config.Metadata["stamp"] = "1"
}

func (c *Consumer) Describe() string {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.config.Metadata["text"]
}

func (c *Consumer) pauseBad() *Config {
	c.mu.RLock()
	config := *c.config
	c.mu.RUnlock()
	config.Name = "paused"
	stamp(&config) // want "^`config` still shares the map `Metadata`, which is changed here after `c.mu` was released.$"
	return &config
}

func (c *Consumer) directBad() *Config {
	c.mu.RLock()
	config := *c.config
	c.mu.RUnlock()
	config.Metadata["x"] = "y" // want "`config` still shares the map `Metadata`"
	return &config
}

func (c *Consumer) neverLockedBad() *Config {
	config := *c.config
	c.Count("x")
	c.mu.Lock()
	c.mu.Unlock()
	stamp(&config) // want "`config` still shares the map `Metadata`, which is changed here without a lock."
	return &config
}

func (c *Consumer) pauseOk() *Config {
	c.mu.RLock()
	config := *c.config
	config.Metadata = maps.Clone(config.Metadata)
	c.mu.RUnlock()
	stamp(&config)
	return &config
}

func (c *Consumer) lateCloneOk() *Config {
	c.mu.RLock()
	config := *c.config
	c.mu.RUnlock()
	config.Metadata = map[string]string{}
	stamp(&config)
	return &config
}

func (c *Consumer) Count(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.names[name]++
	c.shots[name]++
}

func (c *Consumer) printBad() {
	c.mu.RLock()
	names := c.names
	c.mu.RUnlock()
	for name := range names { // want "`names` still shares the map `names`, which is read here after `c.mu` was released."
		fmt.Println(name)
	}
}

func (c *Consumer) printOk() {
	c.mu.RLock()
	names := maps.Clone(c.names)
	c.mu.RUnlock()
	for name := range names {
		fmt.Println(name)
	}
}

func (c *Consumer) lockedOk() {
	c.mu.RLock()
	defer c.mu.RUnlock()
	names := c.names
	for name := range names {
		fmt.Println(name)
	}
}

// The map that was taken over belongs to this function.
func (c *Consumer) takeOk() {
	c.mu.Lock()
	shots := c.shots
	c.shots = map[string]int{}
	c.mu.Unlock()
	for name := range shots {
		fmt.Println(name)
	}
}

// T13: only replaced as a whole.
func (c *Consumer) Replace(old map[string]int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.old = old
}

func (c *Consumer) oldOk() {
	c.mu.RLock()
	old := c.old
	c.mu.RUnlock()
	for name := range old {
		fmt.Println(name)
	}
}
