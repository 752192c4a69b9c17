"""What all measures share: results, medians, the table and the file."""
