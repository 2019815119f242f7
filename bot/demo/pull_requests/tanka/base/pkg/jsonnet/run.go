package jsonnet

import (
	"errors"
	"os/exec"
	"strconv"
	"strings"
)

// ErrEmpty is returned for a script that yields nothing.
var ErrEmpty = errors.New("script yields nothing")

func run(script string, maxStack int) (string, error) {
	cmd := exec.Command("jsonnet", "--max-stack", strconv.Itoa(maxStack), "-")
	cmd.Stdin = strings.NewReader(script)

	out, err := cmd.Output()
	if err != nil {
		return "", err
	}
	if len(out) == 0 {
		return "", ErrEmpty
	}

	return string(out), nil
}
