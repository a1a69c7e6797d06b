"""Exact and rigorous numbers; nothing here knows reinforcement learning."""
