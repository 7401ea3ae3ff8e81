"""kustomize's transformers, a file each; ``registry`` finds them by the kinds of their configurations.

``make(config, helpers)`` reads a configuration and gives the function that changes the resources. Mirrors
api/internal/builtins with the api/filters that they call.
"""
