"""The same work in flowsim and by hand, side by side in one run. Never part of the tests."""
