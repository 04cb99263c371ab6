"""Rules of enrolments and of what providers say of people: no database, no clock, no network."""
