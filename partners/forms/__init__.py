"""The forms: what is drawn, and what is read from a post."""
