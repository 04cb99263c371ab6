"""Who claims and who decides: people, companies, roles, MPN IDs, programmes, enrolments, API tokens."""
