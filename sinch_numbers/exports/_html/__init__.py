"""HTML report of an audit."""
