"""The sync twins of the collections of operations, a file each: all but this one generated."""
