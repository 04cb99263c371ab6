"""What pages show of people and enrolments, from finished facts."""
