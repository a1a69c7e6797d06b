// The advantages of the named rules in a group with k successes, and the Bernstein coefficients of w_G made of them.

const centred = (G, k) => [(G - k) / G, -k / G];
const scaled = (pair, factor) => pair.map((value) => value * factor);

function standardised(ddof, fixed) {
  return (G, k, { epsilon }) => {
    if (k === 0 || k === G) return [0, 0];
    return scaled(centred(G, k), 1 / (Math.sqrt((k * (G - k)) / (G * (G - ddof))) + (fixed ?? epsilon)));
  };
}

function maxrl(G, k) {
  return k === 0 ? [0, 0] : [(G - k) / k, -1];
}

function percentile(G, k) {
  return [(2 * G - k - 1) / (G - 1) - 1, (G - k - 1) / (G - 1) - 1];
}

function softmax(shifted) {
  return (G, k, { tau }) => {
    const q = Math.exp(-1 / tau);
    const total = k + (G - k) * q;
    const shift = shifted ? 1 / G : 0;
    // With q below the smallest float a group without success is still uniform.
    return [1 / total - shift, (k === 0 ? 1 / G : q / total) - shift];
  };
}

function passAtK(G, k) {
  return [k === 1 ? 1 / (Math.sqrt(1 / G) + 1e-6) : 0, 0];
}

const mean = (G, k) => centred(G, k);
const leaveOneOut = (G, k) => scaled(centred(G, k), G / (G - 1));

/** Name -> title, group on the page, parameters beside G, and (G, k, parameters) ↦ [A⁺, A⁻]. */
export const GROUP_RULES = {
  grpo: { title: "grpo: (r − mean)/(std + ε)", takes: ["epsilon"], advantages: standardised(0) },
  grpo_bessel: { title: "grpo, std with Bessel", takes: ["epsilon"], advantages: standardised(1) },
  mean_only: { title: "mean-only: r − mean", takes: [], advantages: mean },
  rloo: { title: "rloo: leave-one-out", takes: [], advantages: leaveOneOut },
  maxrl: { title: "maxrl: (r − mean)/mean", takes: [], advantages: maxrl },
  percentile: { title: "percentile ranks", takes: [], advantages: percentile },
  softmax: { title: "softmax, centred", takes: ["tau"], advantages: softmax(true) },
  softmax_uncentred: { title: "softmax, uncentred", takes: ["tau"], advantages: softmax(false) },
  dynamic_grpo: {
    title: "grpo with dynamic sampling",
    takes: ["epsilon"],
    advantages: standardised(0),
    mixed: true,
  },
  trl_grpo: { title: "TRL grpo (Bessel, 1e−4)", takes: [], advantages: standardised(1, 1e-4) },
  trl_rloo: { title: "TRL rloo", takes: [], advantages: leaveOneOut },
  verl_grpo: { title: "verl grpo (Bessel, 1e−6)", takes: [], advantages: standardised(1, 1e-6) },
  verl_dr_grpo: { title: "verl Dr. GRPO", takes: [], advantages: mean },
  verl_rloo: { title: "verl rloo", takes: [], advantages: leaveOneOut },
  verl_grpo_passk: { title: "verl grpo pass@k", takes: [], advantages: passAtK },
  openrlhf_group_norm: { title: "OpenRLHF group_norm (Bessel, 1e−9)", takes: [], advantages: standardised(1, 1e-9) },
  openrlhf_dr_grpo: { title: "OpenRLHF Dr. GRPO", takes: [], advantages: mean },
  openrlhf_rloo: { title: "OpenRLHF rloo", takes: [], advantages: leaveOneOut },
};

/** Weights of the limit G → ∞. */
export const POPULATION_RULES = {
  population_grpo: { title: "grpo: Ω = 1/√(p(1−p) + ε)", takes: ["epsilon"] },
  population_mean_only: { title: "mean-only: Ω = 1", takes: [] },
  population_maxrl: { title: "maxrl: Ω = 1/p", takes: [] },
};

export const OWN = "own";

/** A⁺(s+1) − A⁻(s) for s = 0, …, G−1. */
export function coefficients(name, G, parameters) {
  const { advantages } = GROUP_RULES[name];
  return Array.from({ length: G }, (_, s) => advantages(G, s + 1, parameters)[0] - advantages(G, s, parameters)[1]);
}

/** Which parameters beside β a choice of kind and rule has. */
export function taken(kind, rule) {
  const sized = !(rule in POPULATION_RULES);
  const takes = sized ? (rule === OWN ? ["epsilon", "tau"] : GROUP_RULES[rule].takes) : POPULATION_RULES[rule].takes;
  return new Set([
    ...takes,
    ...(sized ? ["G"] : []),
    ...(kind === "proximal" || kind === "explicit" ? ["eta"] : []),
    ...(kind === "two-kl" ? ["alpha"] : []),
  ]);
}
