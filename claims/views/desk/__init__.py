"""The desk of the operator's reviewers: whose a claim is, its proof page by page, what was found, what is decided."""
