"""From what papers print (a mean and a 95th centile) to the arguments of a distribution.

Each function takes numbers in ms and returns canonical arguments, or raises ValueError(what, remedy)
when no such distribution exists.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from statistics import NormalDist

Args = dict[str, float]


def lognormal(given: Mapping[str, float], centiles: Mapping[float, float]) -> Args:
    """mu and sigma of ln(ms) from two of: mean, sd, median, centiles."""
    points = dict(centiles)
    if "median" in given:
        points[0.5] = given["median"]
    if len(points) == 2:
        return _lognormal_from_points(points)
    mean = given["mean"]
    if not points:
        variance = math.log1p((given["sd"] / mean) ** 2)
        return {"mu": math.log(mean) - variance / 2, "sigma": math.sqrt(variance)}
    (share, point), *_ = points.items()
    if share == 0.5:
        if point >= mean:
            raise ValueError("The median of a lognormal is below its mean.", "Lower the median or raise the mean.")
        return {"mu": math.log(point), "sigma": math.sqrt(2 * math.log(mean / point))}
    return _lognormal_from_mean_and_point(mean, share, point)


def _lognormal_from_points(points: Mapping[float, float]) -> Args:
    (low_share, low), (high_share, high) = sorted(points.items())
    if low >= high:
        raise ValueError("A higher centile must be a longer time.", "Check the two centiles.")
    z_low, z_high = (NormalDist().inv_cdf(share) for share in (low_share, high_share))
    sigma = math.log(high / low) / (z_high - z_low)
    return {"mu": math.log(low) - z_low * sigma, "sigma": sigma}


def _lognormal_from_mean_and_point(mean: float, share: float, point: float) -> Args:
    """ln(point) = mu + z sigma and ln(mean) = mu + sigma^2 / 2: the less skewed of the two that fit."""
    z, ratio = NormalDist().inv_cdf(share), point / mean
    centile = f"{share * 100:g}th centile"
    inside = z * z - 2 * math.log(ratio)
    if inside < 0:
        most = f"{math.exp(z * z / 2):.3g}"
        raise ValueError(f"No lognormal has a {centile} of {ratio:.3g} times its mean; the most is {most}.",
                         "Check both numbers, or give the mean and sd.")  # fmt: skip
    sigma = z - math.sqrt(inside) if z > 0 else z + math.sqrt(inside)
    if sigma <= 0:
        side = "above" if z > 0 else "below"
        raise ValueError(f"The {centile} of a lognormal must be {side} its mean.", "Check both numbers.")
    return {"mu": math.log(mean) - sigma * sigma / 2, "sigma": sigma}


def gamma(given: Mapping[str, float], centiles: Mapping[float, float]) -> Args:
    """Shape and scale from mean and sd, mean and shape, shape and scale, or mean and a centile."""
    if "sd" in given:
        return {"shape": (given["mean"] / given["sd"]) ** 2, "scale": given["sd"] ** 2 / given["mean"]}
    if "scale" in given:
        return {"shape": given["shape"], "scale": given["scale"]}
    if centiles:
        return _gamma_from_mean_and_point(given["mean"], *next(iter(centiles.items())))
    return {"shape": given["shape"], "scale": given["mean"] / given["shape"]}


def _gamma_from_mean_and_point(mean: float, share: float, point: float) -> Args:
    from scipy.special import gammaincinv

    def miss(log_shape: float) -> float:
        shape = math.exp(log_shape)
        return float(gammaincinv(shape, share)) / shape - point / mean

    shape = math.exp(_bisect(miss, 0.0, math.log(1e4), f"gamma with this mean and {share * 100:g}th centile, unless its shape is below 1"))
    return {"shape": shape, "scale": mean / shape}


def weibull(given: Mapping[str, float], centiles: Mapping[float, float]) -> Args:
    """Shape and scale from shape and scale, mean and shape, mean and sd, or two centiles."""
    if "scale" in given:
        return {"shape": given["shape"], "scale": given["scale"]}
    points = dict(centiles) | ({0.5: given["median"]} if "median" in given else {})
    if len(points) == 2:
        (low_share, low), (high_share, high) = sorted(points.items())
        if low >= high:
            raise ValueError("A higher centile must be a longer time.", "Check the two centiles.")
        shape = math.log(math.log1p(-high_share) / math.log1p(-low_share)) / math.log(high / low)
        return {"shape": shape, "scale": low / (-math.log1p(-low_share)) ** (1 / shape)}
    if "sd" in given:
        wanted = math.log1p((given["sd"] / given["mean"]) ** 2)

        def miss(log_shape: float) -> float:
            k = math.exp(log_shape)
            return math.lgamma(1 + 2 / k) - 2 * math.lgamma(1 + 1 / k) - wanted

        shape = math.exp(_bisect(miss, math.log(0.05), math.log(500), "Weibull with this mean and sd"))
    else:
        shape = given["shape"]
    return {"shape": shape, "scale": given["mean"] / math.gamma(1 + 1 / shape)}


def beta(mean: float, sd: float, low: float, high: float) -> Args:
    """a and b of a beta law between two ends from its mean and sd."""
    m, v = (mean - low) / (high - low), (sd / (high - low)) ** 2
    if not 0 < m < 1:
        raise ValueError("The mean must lie between min and max.", "Check the three numbers.")
    if v >= m * (1 - m):
        raise ValueError("The sd is too large for a law between these ends.", "Lower the sd.")
    total = m * (1 - m) / v - 1
    return {"a": m * total, "b": (1 - m) * total}


def _bisect(miss: Callable[[float], float], low: float, high: float, sought: str) -> float:
    at_low, at_high = miss(low), miss(high)
    if at_low * at_high > 0:
        raise ValueError(f"There is no {sought}.", "Check both numbers.")
    for _ in range(200):
        middle = (low + high) / 2
        if miss(middle) * at_low > 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2
