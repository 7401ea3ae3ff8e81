"""CEL, the expressions of Kubernetes' rules and policies: parsed, checked, estimated and evaluated.

Mirrors cel-go as the API server configures it (apiserver's pkg/cel/environment). Nothing here is imported by a command
that meets no expression.
"""
