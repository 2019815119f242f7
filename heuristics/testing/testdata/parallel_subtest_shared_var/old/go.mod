module parse

go 1.21
