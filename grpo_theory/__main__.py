"""`python -m grpo_theory` is the command `grpo-theory`."""

from grpo_theory.cli import main

main()
