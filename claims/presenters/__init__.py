"""Finished values for templates: words, dates and order, so that templates decide nothing."""
