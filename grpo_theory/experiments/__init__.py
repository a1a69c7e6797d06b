"""Experiments on finite policies: the exact law of a training run first, seeded samples beside it."""
