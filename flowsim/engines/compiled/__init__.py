"""The compiled engine's machinery: tables, and the kernel that works on them."""
