"""Every budget of the design, measured in one run: `make bench`."""
