package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
)

var (
	moduleLine  = regexp.MustCompile(`(?m)^\s*module\s+"?([^\s"]+)`)
	replaceLine = regexp.MustCompile(`(?m)^\s*(?:replace\s+)?(\S+)(?:\s+v\S+)?\s+=>\s+(\.\.?(?:/\S*)?)\s*$`)
)

// A module is a folder with a go.mod, or what a replace directive puts in the place of one.
type module struct {
	path   string
	folder string
}

// skipped tells of the folders that belong to somebody else or are ignored by the go command.
func skipped(name string) bool {
	return name == "vendor" || name == "testdata" || strings.HasPrefix(name, "_") || strings.HasPrefix(name, ".")
}

// explore finds the folders with Go files and the modules below a root, deepest module first.
func explore(root string) (folders []string, modules []module) {
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if path != root && skipped(entry.Name()) {
				return fs.SkipDir
			}
			if found, _ := filepath.Glob(filepath.Join(path, "*.go")); len(found) > 0 {
				folders = append(folders, path)
			}
			return nil
		}
		if entry.Name() == "go.mod" {
			modules = append(modules, read(path)...)
		}
		return nil
	})
	if err != nil {
		panic(err)
	}
	sort.SliceStable(modules, func(i, j int) bool { return len(modules[i].folder) > len(modules[j].folder) })
	return folders, modules
}

func read(path string) []module {
	text, err := os.ReadFile(path)
	if err != nil {
		panic(err)
	}
	folder := filepath.Dir(path)
	var found []module
	if name := moduleLine.FindSubmatch(text); name != nil {
		found = append(found, module{string(name[1]), folder})
	}
	for _, replaced := range replaceLine.FindAllSubmatch(text, -1) {
		found = append(found, module{string(replaced[1]), filepath.Join(folder, string(replaced[2]))})
	}
	return found
}

// locate gives the folder of an imported package of the repository, "" for others. The importing file's own module
// comes first; among others the longest path wins.
func (l *loader) locate(path, from string) string {
	if l.std != "" {
		if folder := filepath.Join(l.root, path); l.holdsGo(folder) {
			return folder
		}
		return ""
	}
	best, length := "", -1
	for _, m := range l.modules {
		rest, ok := strings.CutPrefix(path, m.path)
		if !ok || (rest != "" && rest[0] != '/') {
			continue
		}
		folder := filepath.Join(m.folder, rest)
		if !l.holdsGo(folder) {
			continue
		}
		if from == m.folder || strings.HasPrefix(from, m.folder+"/") {
			return folder
		}
		if len(m.path) > length {
			best, length = folder, len(m.path)
		}
	}
	return best
}

func (l *loader) holdsGo(folder string) bool { return l.known[folder] }
