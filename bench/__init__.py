"""Measurements, always against a bare handler on the same server in the same run."""
