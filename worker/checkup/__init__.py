"""What ``nurture check`` finds: the configuration, sequences and templates, all in one run."""
