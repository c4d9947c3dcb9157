"""KPIs from tallies, intervals over replications, warm-up, and comparison with what was observed."""
