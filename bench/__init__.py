"""Measurements: ceilings, peers and Dørtrin itself, in one interleaved run. Start with `python -m bench --help`."""
