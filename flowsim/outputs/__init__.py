"""Tables, pictures and run folders. They take tidy tables, and never read a log."""
