package resets

import "time"

type conn struct{ idle *time.Timer }

func (c *conn) TouchListed() {
	c.idle.Reset(time.Second) // want(all) "Reset without draining may fire with an old tick"
}

func (c *conn) StopOk() {
	if !c.idle.Stop() {
		<-c.idle.C
	}
	c.idle.Reset(time.Second)
}

func (c *conn) FiredOk() {
	<-c.idle.C
	c.idle.Reset(time.Second)
}

func CallbackOk(f func()) {
	t := time.AfterFunc(time.Second, f)
	t.Reset(time.Minute)
}
