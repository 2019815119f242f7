package safely

func Close[T any](c chan<- T) {
	if c == nil {
		panic("close of nil channel")
	}
	close(c)
}

func Name[T any](c chan<- T) string { return "channel" }
