"""Pages of the claim. Each loads through `visible_to`, checks shape only, and calls one verb."""
