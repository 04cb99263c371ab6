"""Pages about people, companies, MPN IDs and enrolments."""
