"""YAML as Kubernetes' tools read and print it: go-yaml v2's rules (YAML 1.1), JSON's data.

``load_documents`` reads what ``-f`` names, ``dump`` prints ``-o yaml``, ``dump_kyaml`` prints ``-o kyaml``.
Mirrors sigs.k8s.io/yaml (YAMLToJSON, Marshal, kyaml) and apimachinery's pkg/util/yaml decoder.
"""

from __future__ import annotations

from kubesim.golang.yaml.emitter import dump
from kubesim.golang.yaml.kyaml import dump_kyaml
from kubesim.golang.yaml.reader import YamlError, load_document, load_documents

__all__ = ["YamlError", "dump", "dump_kyaml", "load_document", "load_documents"]
