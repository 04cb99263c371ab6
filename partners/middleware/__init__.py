"""What stands before and around every view."""
