"""The long term: tracks that a lead is on without being in a sequence."""
