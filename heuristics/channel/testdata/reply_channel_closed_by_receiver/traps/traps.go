package traps

type request struct{ reply chan int }

type server struct{ requests chan *request }

func (s *server) serve() {
	for r := range s.requests {
		r.reply <- 1
	}
}

func (s *server) AskOk() int {
	reply := make(chan int)
	defer close(reply)
	s.requests <- &request{reply: reply}
	return <-reply
}

type stream struct{ done chan error }

func (s *stream) CloseWithError(err error) {
	s.done <- err
	<-s.done
}

func NewStreamOk(ticks chan int) *stream {
	done := make(chan error)
	s := stream{done: done}
	go func() {
		defer close(done)
		for {
			select {
			case <-ticks:
			case <-done:
				return
			}
		}
	}()
	return &s
}
