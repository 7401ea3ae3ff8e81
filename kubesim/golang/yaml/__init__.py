"""YAML as Kubernetes' tools read and print it: go-yaml v2's rules (YAML 1.1), JSON's data.

``reader`` reads what ``-f`` names, ``emitter`` prints ``-o yaml``, ``kyaml`` prints ``-o kyaml``.
Mirrors sigs.k8s.io/yaml (YAMLToJSON, Marshal, kyaml) and apimachinery's pkg/util/yaml decoder.
"""
