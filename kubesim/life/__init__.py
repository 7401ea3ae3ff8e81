"""A cluster that is opened from its state, lives, is acted on, settles and is saved."""
