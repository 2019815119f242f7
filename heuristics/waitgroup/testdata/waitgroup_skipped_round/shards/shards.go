package shards

import "sync"

type shard struct{ rows []int }

func (s *shard) push() {}

func ContinueBad(shards []*shard) {
	var wg sync.WaitGroup
	wg.Add(len(shards)) // want "`wg` counts every round, but a round can go by without its goroutine"
	for _, s := range shards {
		if len(s.rows) == 0 {
			continue
		}
		go func(s *shard) {
			defer wg.Done()
			s.push()
		}(s)
	}
	wg.Wait()
}

type pool struct {
	wg     sync.WaitGroup
	shards map[string]*shard
}

func (p *pool) FieldBad() {
	p.wg.Add(len(p.shards)) // want "`p.wg` counts every round"
	for name, s := range p.shards {
		if name != "" {
			go p.work(s)
		}
	}
	p.wg.Wait()
}

func (p *pool) work(s *shard) {
	defer p.wg.Done()
	s.push()
}

func NumberBad(n int, skip func(int) bool) {
	var wg sync.WaitGroup
	wg.Add(n) // want "`wg` counts every round"
	for i := range n {
		if skip(i) {
			continue
		}
		go func() {
			wg.Done()
		}()
	}
	wg.Wait()
}

func AllOk(shards []*shard) {
	var wg sync.WaitGroup
	wg.Add(len(shards))
	for _, s := range shards {
		if len(s.rows) == 0 {
			s.rows = append(s.rows, 1)
		}
		go func() {
			defer wg.Done()
			s.push()
		}()
	}
	wg.Wait()
}

func DoneOk(shards []*shard) {
	var wg sync.WaitGroup
	wg.Add(len(shards))
	for _, s := range shards {
		if len(s.rows) == 0 {
			wg.Done()
			continue
		}
		go func() {
			defer wg.Done()
			s.push()
		}()
	}
	wg.Wait()
}

func HelperOk(shards []*shard) {
	var wg sync.WaitGroup
	wg.Add(len(shards))
	for _, s := range shards {
		if len(s.rows) == 0 {
			pass(&wg)
			continue
		}
		go func() {
			defer wg.Done()
			s.push()
		}()
	}
	wg.Wait()
}

func pass(wg *sync.WaitGroup) { wg.Done() }

func OtherOk(shards, busy []*shard) {
	var wg sync.WaitGroup
	wg.Add(len(busy))
	for _, s := range shards {
		if len(s.rows) == 0 {
			continue
		}
		go func() {
			defer wg.Done()
			s.push()
		}()
	}
	wg.Wait()
}

func ReturnOk(shards []*shard) {
	var wg sync.WaitGroup
	wg.Add(len(shards))
	for _, s := range shards {
		if s == nil {
			panic("no shard")
		}
		go func() {
			defer wg.Done()
			s.push()
		}()
	}
	wg.Wait()
}

func EachOk(shards []*shard) {
	var wg sync.WaitGroup
	for _, s := range shards {
		if len(s.rows) == 0 {
			continue
		}
		wg.Add(1)
		go func() {
			defer wg.Done()
			s.push()
		}()
	}
	wg.Wait()
}

func AgainOk(shards []*shard) {
	for {
		var wg sync.WaitGroup
		wg.Add(len(shards))
		for _, s := range shards {
			go func() {
				defer wg.Done()
				s.push()
			}()
		}
		wg.Wait()
	}
}
