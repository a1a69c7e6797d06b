"""Ω_ε and its slope in log-odds, as Arb balls at points and as exact ranges on intervals.

With v = p(1−p) = 1/(4cosh²(z/2)) and t = tanh(z/2): Ω = (v+ε)^(−1/2), dΩ/dz = v·t/(2(v+ε)^(3/2)). Both are read off at
end points: Ω is even and grows with |z|; the slope is odd and, for ε > 0, grows on (0, z_m) and falls on (z_m, ∞) with
v(z_m) = 2ε/(1+12ε), because d log(slope²)/dv has the sign of 2ε − (1+12ε)v. Its largest value is s(ε) =
1/(3√(3ε)(1+4ε)). At ε = 0, Ω = 2cosh(z/2) and the slope sinh(z/2) grows without bound.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from flint import arb

Pair = tuple[arb, arb]


@dataclass(frozen=True)
class Smoothed:
    """Ω_ε with ε a ball that holds one number (or a thin interval of them).

    >>> value, slope = Smoothed(arb(0)).at(arb(0))
    >>> value.contains(2), slope.contains(0)
    (True, True)
    """

    epsilon: arb

    @cached_property
    def unbounded(self) -> bool:
        """Whether ε = 0."""
        return bool(self.epsilon == 0)

    @cached_property
    def steepest(self) -> arb:
        """s(ε), the largest slope; infinite at ε = 0."""
        if self.unbounded:
            return arb.pos_inf()
        return 1 / (3 * (3 * self.epsilon).sqrt() * (1 + 4 * self.epsilon))

    @cached_property
    def peak_variance(self) -> arb:
        """v at the steepest point, 2ε/(1+12ε)."""
        return 2 * self.epsilon / (1 + 12 * self.epsilon)

    def at(self, z: arb) -> Pair:
        """Ω and dΩ/dz on a ball of log-odds, by ball arithmetic."""
        sinh, cosh = (z / 2).sinh_cosh()
        if self.unbounded:
            return 2 * cosh, sinh
        v = 1 / (4 * cosh * cosh)
        root = (v + self.epsilon).rsqrt()
        return root, v * sinh * root * root * root / (2 * cosh)

    def value(self, z: arb) -> arb:
        """Ω on a ball of log-odds."""
        cosh = (z / 2).cosh()
        return 2 * cosh if self.unbounded else (1 / (4 * cosh * cosh) + self.epsilon).rsqrt()

    def range(self, low: arb, high: arb) -> Pair:
        """(lowest, highest) Ω for z in [low, high], the ends exact numbers."""
        left, right = self.value(low), self.value(high)
        least = self.value(arb(0)) if low <= 0 <= high else left.min(right)
        return least, left.max(right)

    def slope_range(self, low: arb, high: arb) -> Pair:
        """(lowest, highest) dΩ/dz for z in [low, high], the ends exact numbers."""
        left, right = self.at(low)[1], self.at(high)[1]
        if self.unbounded:
            return left, right
        least, most = left.min(right), left.max(right)
        if self._holds_peak(low, high):
            most = self.steepest
        if self._holds_peak(-high, -low):
            least = -self.steepest
        return least, most

    def _holds_peak(self, low: arb, high: arb) -> bool:
        """Whether z_m may lie in [low, high]."""
        if high <= 0:
            return False
        before = low <= 0 or not self._variance(low) < self.peak_variance
        return before and not self._variance(high) > self.peak_variance

    def _variance(self, z: arb) -> arb:
        cosh = (z / 2).cosh()
        return 1 / (4 * cosh * cosh)
