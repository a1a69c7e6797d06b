"""Numbers that papers report, entered as they are printed."""
