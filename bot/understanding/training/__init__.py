"""Training and measuring the understanding: nothing here runs while citizens talk. `make train`."""
