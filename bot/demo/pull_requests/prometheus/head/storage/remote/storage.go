// Package remote sends samples to other servers.
package remote

import (
	"log/slog"
	"sync"
	"time"

	"demo.local/prometheus/util/logging"
)

// Sample is one value of one series.
type Sample struct {
	Series string
	Value  float64
}

// Storage sends samples to a number of endpoints.
type Storage struct {
	deduper *logging.Deduper
	logger  *slog.Logger
	queues  []chan Sample
	wg      sync.WaitGroup
}

// NewStorage starts a queue for each endpoint.
func NewStorage(logger *slog.Logger, endpoints []string, send func(endpoint string, sample Sample) error) *Storage {
	deduper := logging.Dedupe(logger.Handler(), time.Minute)
	s := &Storage{deduper: deduper, logger: slog.New(deduper)}
	for _, endpoint := range endpoints {
		queue := make(chan Sample, 100)
		s.queues = append(s.queues, queue)
		s.wg.Add(1)
		go s.run(endpoint, queue, send)
	}

	return s
}

// Append hands a sample to every queue.
func (s *Storage) Append(sample Sample) {
	for _, queue := range s.queues {
		queue <- sample
	}
}

// Close sends what is left and ends.
func (s *Storage) Close() {
	for _, queue := range s.queues {
		close(queue)
	}
	s.wg.Wait()
	s.deduper.Stop()
}

func (s *Storage) run(endpoint string, queue <-chan Sample, send func(string, Sample) error) {
	defer s.wg.Done()

	logger := s.logger.With("endpoint", endpoint)
	for sample := range queue {
		if err := send(endpoint, sample); err != nil {
			logger.Warn("sending failed", "err", err)
		}
	}
}
