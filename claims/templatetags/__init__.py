"""Template tags of the claim's pages."""
