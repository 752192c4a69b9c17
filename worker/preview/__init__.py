"""One email as one lead would get it, made by what makes those that are sent."""
