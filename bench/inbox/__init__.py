"""What the measures of incoming mail are made with."""
