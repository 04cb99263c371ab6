"""Endpoints of the operator's reviewers: the queue, and cases between partners."""
