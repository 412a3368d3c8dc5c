"""OpenUCWA: an open server for the Unified Communications Web API 2.0."""

__version__ = "0.1.0"
