"""Every rule of a claim, as pure functions from facts to findings. Source: design, sections 5 and 6."""
