"""What a word on the command line means."""

from __future__ import annotations

import pytest
from kubesim.cluster import Kinds

KINDS = Kinds({})


@pytest.mark.parametrize(
    ("word", "qualified"),
    [
        ("deploy", "deployments.apps"),
        ("Deployment", "deployments.apps"),
        ("deployments.apps", "deployments.apps"),
        ("deploy.v1.apps", "deployments.apps"),
        ("deploy.app", "deployments.apps"),
        ("hpa.autoscal", "horizontalpodautoscalers.autoscaling"),
        ("storageclass.storage", "storageclasses.storage.k8s.io"),
        ("events.events", "events.events.k8s.io"),
        ("pods.v1.", "pods"),
    ],
)
def test_a_resource_is_found_by_its_names_and_the_beginning_of_its_group(word: str, qualified: str) -> None:
    names = KINDS.resolve(word)
    assert names is not None
    assert names.qualified == qualified


@pytest.mark.parametrize("word", ["deploy.v1", "deploy.batch", "po.v", "nothing"])
def test_other_words_mean_nothing(word: str) -> None:
    assert KINDS.resolve(word) is None
