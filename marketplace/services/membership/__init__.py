"""Members of a cooperative and their agreements."""
