// Numbers as people type them (3, 0.3, 1e-4, 1/5), probabilities that keep both p and 1 − p, and texts for the page.

const NUMBER = /^([+-]?)(?:(\d{1,60})\/(\d{1,60})|(\d{0,60})(?:\.(\d{0,60}))?(?:[eE]([+-]?\d{1,3}))?)$/;

/** The number that a text denotes as {value, rest}: its float, and that of 1 − value formed without rounding; or null. */
export function parseNumber(text) {
  const found = NUMBER.exec(String(text).trim());
  if (!found) return null;
  const [, sign, above, below, whole, fraction, exponent] = found;
  if (above === undefined && !whole && !fraction) return null;
  let top;
  let bottom = 1n;
  if (above !== undefined) {
    [top, bottom] = [BigInt(above), BigInt(below)];
    if (bottom === 0n) return null;
  } else {
    const power = Number(exponent ?? 0) - (fraction ?? "").length;
    if (Math.abs(power) > 300) return null;
    top = BigInt((whole ?? "") + (fraction ?? ""));
    if (power < 0) bottom = 10n ** BigInt(-power);
    else top *= 10n ** BigInt(power);
  }
  if (sign === "-") top = -top;
  const value = above === undefined ? Number(text) : quotient(top, bottom);
  return { value, rest: quotient(bottom - top, bottom) };
}

/** The quotient of two integers as a float. */
function quotient(top, bottom) {
  if (top < 0n) return -quotient(-top, bottom);
  const shift = bits(bottom) - bits(top) + 64;
  const scaled = shift > 0 ? (top << BigInt(shift)) / bottom : top / (bottom << BigInt(-shift));
  // Two factors, so that neither leaves the range of floats.
  const half = Math.trunc(-shift / 2);
  return Number(scaled) * 2 ** half * 2 ** (-shift - half);
}

function bits(integer) {
  return integer.toString(16).length * 4;
}

/** log(p/(1−p)) of a parsed probability. */
export function logitOf({ value, rest }) {
  return Math.log(value) - Math.log(rest);
}

/** 1/(1 + e^(−z)). */
export function sigmoid(z) {
  const e = Math.exp(-Math.abs(z));
  return (z >= 0 ? 1 : e) / (1 + e);
}

/** A number for reading, with a real minus sign and 1.2e−4 rather than 0.00012. */
export function show(x, digits = 4) {
  if (x === null || x === undefined || Number.isNaN(x)) return "–";
  if (!Number.isFinite(x)) return x > 0 ? "∞" : "−∞";
  const size = Math.abs(x);
  const text =
    x === 0 ? "0" : size < 1e-3 || size >= 1e6 ? x.toExponential(digits - 1) : Number(x.toPrecision(digits)).toString();
  return text.replace(/\.0+e/, "e").replace(/(\.\d*?)0+e/, "$1e").replace("e+", "e").replaceAll("-", "−");
}

/** σ(z) for reading, as 1 − 2.3e−43 where a decimal would only show 1. */
export function showProbability(z, digits = 4) {
  if (z === Infinity) return "1";
  if (z === -Infinity) return "0";
  if (z > 5) {
    const decades = -z / Math.LN10;
    if (z < 600) return `1 − ${show(sigmoid(-z), Math.min(digits, 3))}`;
    return `1 − 10^(${show(decades, 6)})`;
  }
  if (z < -600) return `10^(${show(z / Math.LN10, 6)})`;
  return show(sigmoid(z), digits);
}

/** The probability at log-odds z as a decimal text that parses again, with about `digits` figures of the smaller of p and 1−p. */
export function probabilityText(z, digits = 3) {
  if (z <= 0) return plain(sigmoid(z), digits);
  const rest = sigmoid(-z);
  const places = Math.max(digits, Math.ceil(-Math.log10(rest)) + digits - 1);
  if (places > 15) return `${"9".repeat(Math.min(places, 40))}/1${"0".repeat(Math.min(places, 40))}`;
  return Number((1 - rest).toFixed(places)).toString();
}

/** A positive number as a short decimal text that parses again. */
export function plain(x, digits = 3) {
  const text = Number(x.toPrecision(digits));
  return text >= 1e-4 || text === 0 ? text.toString() : text.toExponential().replace("e+", "e");
}
