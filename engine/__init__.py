"""The training engine: NumPy alone. It knows no web, no clock and no threads."""
