"""Addresses, a module for each corner of the site."""
