"""Go's text/template over JSON data: ``parser.parse_tree`` reads a template, ``execution.Execution`` runs it."""
