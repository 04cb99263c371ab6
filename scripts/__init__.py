"""What `make` runs; standard library only, so that `make` is optional."""
