// Command truth prints what a compiler's front end says of a repository's selectors: one line of JSON for each selector
// of a field or promoted method that is counted (bench/README.md), for linux/amd64.
//
// truth FOLDER [std]: with std, the folder holds the standard library and packages are imported by their bare path.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: truth FOLDER [std]")
		os.Exit(2)
	}
	out := bufio.NewWriter(os.Stdout)
	encoder := json.NewEncoder(out)
	loader := newLoader(os.Args[1], len(os.Args) > 2 && os.Args[2] == "std")
	loader.checkAll(func(row selector) {
		if err := encoder.Encode(row); err != nil {
			panic(err)
		}
	})
	if err := out.Flush(); err != nil {
		panic(err)
	}
	fmt.Fprintf(os.Stderr, "%d packages, %d errors of missing modules and the like\n", loader.packages, loader.errors)
}
