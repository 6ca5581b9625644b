"""Measuring offer-cases against the limits of its database and of HTTP, and against what others would write."""
