"""What authors do: bring courses in, take them out, check them."""
