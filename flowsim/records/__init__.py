"""The event log, and what is kept of it: tallies, journeys, checks of conservation."""
