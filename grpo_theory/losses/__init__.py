"""Losses of contrastive and group-relative training, written out as finite sums over exact policies."""
