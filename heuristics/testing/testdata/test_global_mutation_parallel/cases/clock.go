package clock

import "time"

var now = time.Now

var limit, depth, alone = 10, 3, 1

var counts = map[string]int{}
