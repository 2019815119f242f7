package main

import (
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
)

// A loader type-checks the packages of a repository and what they import of it and of the standard library, all from
// source. Other modules are empty packages, so what comes from them has no type.
type loader struct {
	root     string
	std      string // the root itself when it is the standard library
	modules  []module
	folders  []string
	known    map[string]bool
	fset     *token.FileSet
	context  build.Context
	parsed   map[string]*ast.File
	imported map[string]*types.Package // by folder; nil while it is being checked
	inside   map[*types.Package]bool   // packages of the repository
	owners   map[token.Pos]string      // where a field is declared -> the type around it
	packages int
	errors   int
}

func newLoader(root string, std bool) *loader {
	root, err := filepath.Abs(root)
	if err != nil {
		panic(err)
	}
	context := build.Default
	context.GOOS, context.GOARCH, context.CgoEnabled = "linux", "amd64", true
	l := &loader{
		root: root, known: map[string]bool{}, fset: token.NewFileSet(), context: context,
		parsed: map[string]*ast.File{}, imported: map[string]*types.Package{},
		inside: map[*types.Package]bool{}, owners: map[token.Pos]string{},
	}
	if std {
		l.std = root
	}
	l.folders, l.modules = explore(root)
	for _, folder := range l.folders {
		l.known[folder] = true
	}
	return l
}

// checkAll type-checks every package of the repository with its tests and hands out its selectors.
func (l *loader) checkAll(report func(selector)) {
	for _, folder := range l.folders {
		for _, set := range l.sources(folder) {
			plain := l.check(folder, set.name, set.plain, l, set.plain, report)
			augmented := plain
			if len(set.tests) > 0 {
				augmented = l.check(folder, set.name, slices.Concat(set.plain, set.tests), l, set.tests, report)
			}
			if len(set.external) > 0 {
				l.check(folder, set.name+"_test", set.external, beside{l, folder, augmented}, set.external, report)
			}
		}
	}
}

// beside is the importer of an external test package: its own package comes with what its tests add.
type beside struct {
	*loader
	folder string
	tested *types.Package
}

func (b beside) ImportFrom(path, dir string, mode types.ImportMode) (*types.Package, error) {
	if b.tested != nil && path != "C" && b.locate(path, dir) == b.folder {
		return b.tested, nil
	}
	return b.loader.ImportFrom(path, dir, mode)
}

// sources are the files of one package that linux/amd64 compiles.
type sources struct {
	name                   string
	plain, tests, external []*ast.File
}

func (l *loader) sources(folder string) []*sources {
	byName := map[string]*sources{}
	entries, err := os.ReadDir(folder)
	if err != nil {
		panic(err)
	}
	for _, entry := range entries {
		name := entry.Name()
		if !strings.HasSuffix(name, ".go") || strings.HasPrefix(name, "_") || strings.HasPrefix(name, ".") {
			continue
		}
		if match, err := l.context.MatchFile(folder, name); err != nil || !match {
			continue
		}
		file := l.parse(filepath.Join(folder, name))
		if file == nil {
			continue
		}
		test, plain := strings.HasSuffix(name, "_test.go"), file.Name.Name
		external := test && strings.HasSuffix(plain, "_test")
		if external {
			plain = strings.TrimSuffix(plain, "_test")
		}
		set := byName[plain]
		if set == nil {
			set = &sources{name: plain}
			byName[plain] = set
		}
		switch {
		case external:
			set.external = append(set.external, file)
		case test:
			set.tests = append(set.tests, file)
		default:
			set.plain = append(set.plain, file)
		}
	}
	var found []*sources
	for _, set := range byName {
		found = append(found, set)
	}
	sort.Slice(found, func(i, j int) bool {
		if len(found[i].plain) != len(found[j].plain) {
			return len(found[i].plain) > len(found[j].plain)
		}
		return found[i].name < found[j].name
	})
	return found
}

func (l *loader) parse(path string) *ast.File {
	if file, ok := l.parsed[path]; ok {
		return file
	}
	file, err := parser.ParseFile(l.fset, path, nil, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		l.errors++
	}
	l.parsed[path] = file
	if file != nil {
		l.note(file)
	}
	return file
}

// note remembers which declared type each field of a file belongs to.
func (l *loader) note(file *ast.File) {
	ast.Inspect(file, func(node ast.Node) bool {
		spec, ok := node.(*ast.TypeSpec)
		if !ok {
			return true
		}
		if structure, ok := spec.Type.(*ast.StructType); ok {
			for _, field := range structure.Fields.List {
				for _, name := range field.Names {
					l.owners[name.Pos()] = spec.Name.Name
				}
			}
		}
		return true
	})
}

// check type-checks files as one package and hands out the selectors of those to be reported.
func (l *loader) check(
	folder, name string, files []*ast.File, importer types.ImporterFrom, reported []*ast.File, report func(selector),
) *types.Package {
	if len(files) == 0 {
		return nil
	}
	l.packages++
	config := types.Config{Importer: importer, FakeImportC: true, Error: func(error) { l.errors++ }}
	config.Sizes = types.SizesFor("gc", l.context.GOARCH)
	info := &types.Info{Selections: map[*ast.SelectorExpr]*types.Selection{}}
	made := types.NewPackage(l.importPath(folder), name)
	l.inside[made] = true
	_ = types.NewChecker(&config, l.fset, made, info).Files(files) // what is wrong was counted one by one
	for _, file := range reported {
		if !ast.IsGenerated(file) {
			l.selectors(file, info, report)
		}
	}
	return made
}

func (l *loader) importPath(folder string) string {
	for _, m := range l.modules {
		if folder == m.folder || strings.HasPrefix(folder, m.folder+"/") {
			return strings.TrimPrefix(m.path+strings.TrimPrefix(folder, m.folder), "std/")
		}
	}
	return strings.TrimPrefix(folder, l.root)
}

// Import is there for the interface only; the type checker calls ImportFrom.
func (l *loader) Import(path string) (*types.Package, error) { return l.ImportFrom(path, l.root, 0) }

// ImportFrom gives a package of the repository or of the standard library, else an empty one.
func (l *loader) ImportFrom(path, dir string, _ types.ImportMode) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	folder, inside := l.locate(path, dir), true
	if folder == "" {
		folder, inside = l.standard(path), false
	}
	if folder == "" {
		return l.empty(path), nil
	}
	if made, ok := l.imported[folder]; ok {
		if made == nil {
			return l.empty(path), nil // a cycle, which does not compile
		}
		return made, nil
	}
	l.imported[folder] = nil
	made := l.load(path, folder, inside)
	l.imported[folder] = made
	return made, nil
}

// load type-checks what a package declares, without the bodies of its functions.
func (l *loader) load(path, folder string, inside bool) *types.Package {
	sets := l.sources(folder)
	if len(sets) == 0 || len(sets[0].plain) == 0 {
		return l.empty(path)
	}
	config := types.Config{Importer: l, FakeImportC: true, IgnoreFuncBodies: true, Error: func(error) {}}
	config.Sizes = types.SizesFor("gc", l.context.GOARCH)
	made := types.NewPackage(path, sets[0].name)
	l.inside[made] = inside
	_ = types.NewChecker(&config, l.fset, made, nil).Files(sets[0].plain) // tolerant
	return made
}

func (l *loader) standard(path string) string {
	source := filepath.Join(l.context.GOROOT, "src")
	for _, folder := range []string{filepath.Join(source, path), filepath.Join(source, "vendor", path)} {
		if found, _ := filepath.Glob(filepath.Join(folder, "*.go")); len(found) > 0 {
			return folder
		}
	}
	return ""
}

func (l *loader) empty(path string) *types.Package {
	made := types.NewPackage(path, filepath.Base(path))
	made.MarkComplete()
	return made
}
