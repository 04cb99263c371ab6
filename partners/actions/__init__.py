"""The verbs on people, companies, MPN IDs and enrolments."""
