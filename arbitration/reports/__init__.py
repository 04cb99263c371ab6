"""What leads and admins read of the work as a whole: facts out of the log, their sums, and what both mean."""
