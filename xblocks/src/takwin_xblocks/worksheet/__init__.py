"""Table exercises: costing, break-even, cash-flow plan, surplus, quorum."""
