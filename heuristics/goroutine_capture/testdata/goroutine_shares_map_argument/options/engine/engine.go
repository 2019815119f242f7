package engine

// Code is a set of variables that is filled late.
type Code map[string]string

// Set adds a variable, also to a nil set.
func (c *Code) Set(key, value string) {
	if *c == nil {
		*c = make(Code)
	}
	(*c)[key] = value
}

// Settings tell how a file is rendered.
type Settings struct {
	Depth int
	Code  Code
}

// Clone returns a deep copy.
func (s Settings) Clone() Settings {
	code := Code{}
	for k, v := range s.Code {
		code[k] = v
	}
	return Settings{Depth: s.Depth, Code: code}
}
