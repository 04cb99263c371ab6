"""The claim: draft, rules, submission, comments, clocks, units, associations, cases."""
