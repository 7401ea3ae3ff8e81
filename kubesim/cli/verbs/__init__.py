"""The verbs: a file each, a folder for each word that has verbs under it."""
