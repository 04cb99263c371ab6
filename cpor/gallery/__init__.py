"""Every component in every state, on one page of the demo. No other site has it, and no other page links to it."""
