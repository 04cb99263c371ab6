"""Pages below `/review/`: the queue, and the cases between partners."""
