"""What RLHF libraries compute from the rewards of a group, their own code beside exact rules; and rules as plug-ins.

Nothing here needs the libraries: without them, results that were recorded from their code stand in and say so. With
them installed, `conventions` and `record` run that code, and `verl_advantage` and `trl_reward` hand it a rule of ours.
"""
