"""The only randomness: uniforms addressed by patient, stream and visit; and the arrivals drawn from them."""

from flowsim.sampling.cache import use_cache_folder

use_cache_folder()  # before any module of this room: numba reads its cache folder when it is first imported

from flowsim.sampling.arrivals import Arrivals, ArrivalWeek, draw_arrivals  # noqa: E402

__all__ = ["ArrivalWeek", "Arrivals", "draw_arrivals"]
