"""Finite policies with exact probabilities and scores, and the literal sums over their groups of outcomes."""
