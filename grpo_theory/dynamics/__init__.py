"""What a loss does to the success probability over time."""
