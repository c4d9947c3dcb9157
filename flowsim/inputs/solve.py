"""From what papers print (a mean and a 95th centile) to the arguments of a distribution.

Each function takes numbers in ms and returns canonical arguments, or raises ValueError(what, remedy)
when no such distribution exists.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from statistics import NormalDist
from typing import Any

from flowsim.errors import did_you_mean
from flowsim.inputs.units import MS
from flowsim.inputs.values import Distribution, frozen

Args = dict[str, float]
CENTILE = re.compile(r"p(\d{1,2}(?:\.\d+)?)")


def solved(family: str, given: dict[str, float]) -> Distribution:
    """The canonical distribution of a family from the arguments that were given, times in ms."""
    centiles = {float(found[1]) / 100: ms for key, ms in given.items() if (found := CENTILE.fullmatch(key))}
    if any(not 0 < share < 1 for share in centiles):
        raise ValueError("A centile is between p1 and p99.9.", "Write for example p95.")
    if family == "lognormal" and "mu" in given:
        args = {"mu": given["mu"] + math.log(given["unit"]), "sigma": given["sigma"]}
    elif family == "lognormal":
        args = lognormal(given, centiles)
    elif family == "gamma":
        args = gamma(given, centiles)
    elif family == "weibull":
        args = weibull(given, centiles)
    else:
        return _simple(family, given)
    if not all(math.isfinite(number) for number in args.values()):
        raise ValueError("No such distribution exists.", "Check the numbers.")
    return Distribution(family, frozen(args))


def _simple(family: str, given: dict[str, float]) -> Distribution:
    if family == "exponential":
        mean = given.get("mean") or (
            MS["h"] / given["rate"] if "rate" in given else given["median"] / math.log(2)
        )
        return Distribution(family, frozen({"mean": mean}))
    if family == "erlang":
        if given["k"] != int(given["k"]):
            raise ValueError("`k` of an Erlang is a whole number.", "Use gamma for any shape.")
        return Distribution(
            family,
            frozen({"k": given["k"], "scale": given.get("scale", given.get("mean", 0.0) / given["k"])}),
        )
    if (
        family == "normal"
    ):  # no time is negative: draws below zero are drawn again unless a higher `min` is given
        return Distribution(family, frozen({"mean": given["mean"], "sd": given["sd"]}), low=0.0)
    low, high = given["min"], given["max"]
    if low >= high:
        raise ValueError("`min` must be below `max`.", "Check the two numbers.")
    ends = {"low": low, "high": high}
    if family == "triangular":
        if not low <= given["mode"] <= high:
            raise ValueError("`mode` must lie between min and max.", "Check the three numbers.")
        ends["mode"] = given["mode"]
    if family == "beta":
        ends |= (
            beta(given["mean"], given["sd"], low, high)
            if "mean" in given
            else {"a": given["a"], "b": given["b"]}
        )
    return Distribution(family, frozen(ends))


def lognormal(given: Mapping[str, float], centiles: Mapping[float, float]) -> Args:
    """Mu and sigma of ln(ms) from two of: mean, sd, median, centiles."""
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
            raise ValueError(
                "The median of a lognormal is below its mean.", "Lower the median or raise the mean."
            )
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

    shape = math.exp(
        _bisect(
            miss,
            0.0,
            math.log(1e4),
            f"gamma with this mean and {share * 100:g}th centile, unless its shape is below 1",
        )
    )
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
    """A and b of a beta law between two ends from its mean and sd."""
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


def scipy_fault(law: str, args: dict[str, float]) -> tuple[str, str] | None:
    """What is wrong with a law of SciPy: its name, its arguments, or their values."""
    from scipy import stats

    found: Any = getattr(stats, law, None) if law.isidentifier() else None
    if not isinstance(found, stats.rv_continuous):
        names = [name for name in dir(stats) if isinstance(getattr(stats, name), stats.rv_continuous)]
        return f"`{law}` is not a continuous distribution of SciPy.", did_you_mean(law, names)
    shapes = [] if not found.shapes else found.shapes.replace(",", " ").split()
    for key in args:
        if key not in (*shapes, "loc", "scale"):
            return f"{law} has no `{key}`.", f"It takes {', '.join((*shapes, 'loc', 'scale'))}."
    missing = [shape for shape in shapes if shape not in args]
    if missing:
        return f"{law} needs {', '.join(missing)}.", "Give every shape; loc is 0 and scale is 1 unless given."
    middle = float(found.ppf(0.5, **args))
    if not math.isfinite(middle):
        return f"{law} does not exist for these arguments.", "Check them in SciPy's documentation."
    if float(found.cdf(0.0, **args)) > 0.999:
        return f"{law} is almost always below zero here, and no time is.", "Check loc and scale."
    return None
