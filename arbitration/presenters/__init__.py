"""What the pages of a case show, as finished values."""
