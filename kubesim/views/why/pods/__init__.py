"""Why pods are not as they are wanted: a file for each sort of cause, and their table in ``causes``."""
