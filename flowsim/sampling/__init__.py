"""The only randomness: uniforms addressed by patient, stream and visit; and the arrivals drawn from them."""

from flowsim.sampling.arrivals import Arrivals, ArrivalWeek, draw_arrivals

__all__ = ["ArrivalWeek", "Arrivals", "draw_arrivals"]
