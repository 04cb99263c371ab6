"""What happened and who hears of it: append-only log, outbox, notifications."""
