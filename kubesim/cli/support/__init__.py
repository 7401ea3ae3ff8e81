"""What the verbs share: finding objects, manifests, printing, dry runs, the editor."""
