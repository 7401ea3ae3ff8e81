"""The controllers of CustomResourceDefinitions: names, establishing, discovery, and the end of their resources.

Mirrors apiextensions-apiserver's pkg/controller: status, establish, apiapproval, nonstructuralschema, finalizer, and
the discovery controller of pkg/apiserver.
"""

from kubesim.controllers.custom_resource_definition.controller import CustomResourceDefinitionController

__all__ = ["CustomResourceDefinitionController"]
