"""Every named rule, with parameters that are neither defaults nor special, and some rules written as formulas."""

from grpo_theory.groups import AdvantageRule, find_rule, parse_rule, rule

SURD_RULES: tuple[AdvantageRule, ...] = (
    rule("mean_only"),
    rule("rloo"),
    rule("grpo"),
    rule("grpo", ddof=1),
    rule("grpo", epsilon="1/50"),
    rule("grpo", epsilon="1/7", ddof=1, placement="inside"),
    rule("grpo", degenerate="raw"),
    rule("maxrl"),
    rule("percentile"),
    rule("whitened_optimum", D=1, v_plus=2, v_minus="1/3"),
    rule("dynamic_sampling", rule="grpo"),
    find_rule("dynamic-sampling(maxrl)"),
    rule("trl_grpo"),
    rule("trl_grpo", scale_rewards="none"),
    rule("trl_grpo", scale_rewards="batch", batch_std="2/5"),
    rule("trl_rloo"),
    rule("verl_grpo"),
    rule("verl_dr_grpo"),
    rule("verl_rloo"),
    rule("openrlhf_group_norm"),
    rule("openrlhf_dr_grpo"),
    rule("openrlhf_rloo"),
    rule("mroueh"),
    rule("mroueh", epsilon="1/9"),
    parse_rule("(r-mean)/(std+eps)", eps="1/10"),
    parse_rule("r/std1 - rank*k/G + abs(min - max)**2"),
    parse_rule("max(r, mean)/sqrt(mean*(1-mean))", degenerate="raw"),
)
# one rollout among equal ones is singled out, so the rule is not the same for all of them unless there is one success
UNEVEN_RULES = (rule("verl_grpo_passk"), rule("verl_grpo_passk", norm_by_std=False))
CLOSED_FORM_RULES = (
    rule("softmax"),
    rule("softmax", tau="1/2"),
    rule("softmax_uncentred", tau=3),
    rule("dynamic_sampling", rule="softmax"),
    parse_rule("exp((r-mean)/tau) - log(1+k)*sqrt(std)", tau=2),
)


def label(value: object) -> str:
    return f"{value.name} {dict(value.parameters)}" if isinstance(value, AdvantageRule) else str(value)
