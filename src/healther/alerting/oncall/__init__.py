"""Who is on call: rotations, overrides, the calendar feed."""
