"""kustomize as kubectl 1.36 has it built in: v5.8.

``build`` makes objects of a folder with a kustomization.  Mirrors sigs.k8s.io/kustomize/api and kyaml; it knows files,
and no cluster.
"""
