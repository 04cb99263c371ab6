"""The reviewers' work: queue, review, decisions."""
