"""A branching scenario: situations, choices, their consequences, and a debrief with the path that was walked."""
