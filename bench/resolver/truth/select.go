package main

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// A selector is one row of the truth. Lines and columns are 1-based, columns and offsets count bytes and are those of
// the selected name. Field, FieldOffset: where the field is declared that the selector ends with, or for a promoted
// method of a lock, the embedded field that has it. Kind: see kindOf, "promoted" for such a method. Type: the name of
// what the field holds, `import/path.Name`, if it has one.
type selector struct {
	Path        string `json:"path"`
	Offset      int    `json:"offset"`
	Line        int    `json:"line"`
	Column      int    `json:"column"`
	Name        string `json:"name"`
	Kind        string `json:"kind"`
	Type        string `json:"type"`
	Receiver    string `json:"receiver"`
	Owner       string `json:"owner"`
	Field       string `json:"field"`
	FieldOffset int    `json:"field_offset"`
}

// selectors hands out the selectors of a file that are counted.
func (l *loader) selectors(file *ast.File, info *types.Info, report func(selector)) {
	ast.Inspect(file, func(node ast.Node) bool {
		expression, ok := node.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		selection := info.Selections[expression]
		if selection == nil || !l.declaredHere(selection.Recv()) {
			return true
		}
		if field, kind := l.counted(selection); field != nil {
			report(l.row(expression.Sel, field, kind, selection.Recv()))
		}
		return true
	})
}

// declaredHere tells whether a receiver's type, through one pointer, is declared in the repository; a struct that is
// written where it is used is.
func (l *loader) declaredHere(receiver types.Type) bool {
	switch behind := deref(receiver).(type) {
	case *types.Named:
		return behind.Obj().Pkg() != nil && l.inside[behind.Obj().Pkg()]
	case *types.Struct:
		return true
	}
	return false
}

// counted gives the field that a selector means, and its kind, when it is a lock, a map or shared; else nil.
func (l *loader) counted(selection *types.Selection) (*types.Var, string) {
	index := selection.Index()
	if selection.Kind() != types.FieldVal {
		if len(index) < 2 || !lockMethods[selection.Obj().Name()] || !fromSync(selection.Obj()) {
			return nil, ""
		}
		_, field := follow(selection.Recv(), index[:len(index)-1])
		return field, "promoted"
	}
	around, field := follow(selection.Recv(), index)
	kind := kindOf(field.Type())
	if kind == "other" || kind == "unknown" {
		if !holdsLock(around) {
			return nil, ""
		}
	}
	return field, kind
}

var lockMethods = map[string]bool{
	"Lock": true, "Unlock": true, "RLock": true, "RUnlock": true, "TryLock": true, "TryRLock": true,
}

func fromSync(object types.Object) bool { return object.Pkg() != nil && object.Pkg().Path() == "sync" }

// follow walks a path of field numbers; the struct that holds the last field, and that field.
func follow(from types.Type, index []int) (around *types.Struct, field *types.Var) {
	for _, number := range index {
		around = deref(from).Underlying().(*types.Struct)
		field = around.Field(number)
		from = field.Type()
	}
	return around, field
}

func deref(type_ types.Type) types.Type {
	if pointer, ok := types.Unalias(type_).(*types.Pointer); ok {
		return types.Unalias(pointer.Elem())
	}
	if pointer, ok := type_.Underlying().(*types.Pointer); ok {
		return types.Unalias(pointer.Elem())
	}
	return types.Unalias(type_)
}

// kindOf says what a field holds: lock, map, slice, chan, pointer, other, or unknown (a type of another module).
func kindOf(type_ types.Type) string {
	if isLock(type_) {
		return "lock"
	}
	switch behind := type_.Underlying().(type) {
	case *types.Map:
		return "map"
	case *types.Slice:
		return "slice"
	case *types.Chan:
		return "chan"
	case *types.Pointer:
		return "pointer"
	case *types.Basic:
		if behind.Kind() == types.Invalid {
			return "unknown"
		}
	}
	return "other"
}

func isLock(type_ types.Type) bool {
	named, ok := deref(type_).(*types.Named)
	if !ok || !fromSync(named.Obj()) {
		return false
	}
	name := named.Obj().Name()
	return name == "Mutex" || name == "RWMutex" || name == "Locker"
}

func holdsLock(structure *types.Struct) bool {
	for field := range structure.Fields() {
		if isLock(field.Type()) {
			return true
		}
	}
	return false
}

func (l *loader) row(name *ast.Ident, field *types.Var, kind string, receiver types.Type) selector {
	at, declared := l.place(name.Pos()), l.place(field.Pos())
	return selector{
		Path: at.Filename, Offset: at.Offset, Line: at.Line, Column: at.Column, Name: name.Name, Kind: kind, Type: nameOf(field.Type()),
		Receiver: types.TypeString(receiver, nil), Owner: l.owners[field.Pos()],
		Field: declared.Filename, FieldOffset: declared.Offset,
	}
}

func nameOf(type_ types.Type) string {
	if named, ok := types.Unalias(type_).(*types.Named); ok && named.Obj().Pkg() != nil {
		return named.Obj().Pkg().Path() + "." + named.Obj().Name()
	}
	return ""
}

func (l *loader) place(pos token.Pos) token.Position {
	found := l.fset.PositionFor(pos, false)
	found.Filename = strings.TrimPrefix(found.Filename, l.root+"/")
	return found
}
