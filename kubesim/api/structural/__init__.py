"""What the API server does with a custom resource by its schema: pure functions over ``openAPIV3Schema``.

A schema is the JSON dict of a definition's version, or None for none.  Nothing is compiled ahead: each function walks
the object and visits only those parts of the schema that are beside it, so that a schema of 20,000 lines costs no more
than the object is large.  Mirrors apiextensions-apiserver's pkg/apiserver/schema and pkg/apiserver/validation.
"""
