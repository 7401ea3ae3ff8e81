"""What happens inside a container, as far as others see it: how long its program runs, and how it ends."""
