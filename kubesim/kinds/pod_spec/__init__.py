"""What pods, and the pod templates of the other kinds, have in common: defaulting, admission, validation.

Imported by the kinds' methods when they are called, never with the kinds.
"""
