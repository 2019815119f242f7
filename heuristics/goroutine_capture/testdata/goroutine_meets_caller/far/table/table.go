package table

type Table struct {
	Near map[string]bool
	Far  map[string]bool
}

func New() *Table { return &Table{Near: map[string]bool{}, Far: map[string]bool{}} }

func (t *Table) One(name string) { t.two(name) }

func (t *Table) two(name string) {
	t.Near[name] = true
	t.three(name)
}

func (t *Table) three(name string) { t.four(name) }

func (t *Table) four(name string) { t.five(name) }

func (t *Table) five(name string) { t.Far[name] = true }
