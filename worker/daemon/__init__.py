"""The composition root: from settings to a running worker, with its jobs, signals and logs."""
