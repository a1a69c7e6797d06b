"""Claims with their evidence, the verdicts that follow, and the ledger that is written from them."""
