"""The claim's part of the API: the same verbs as the screens."""
