"""Go's own ways: how it quotes, prints, reads and sorts."""
