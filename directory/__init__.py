"""What can be claimed: activities, products, tenants, domains, subscriptions; `lookup.py` is the only door."""
