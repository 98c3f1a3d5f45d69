"""Images from strangers: read within bounds, stripped of everything but ink, and brought to the digits' size."""
