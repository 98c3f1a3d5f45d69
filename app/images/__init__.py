"""Images from strangers: read within bounds, stripped of everything but ink, and brought to the digits' size."""

from app.images.ink import to_pixels
from app.images.picture import ImageRefused, Picture, read_picture

__all__ = ["ImageRefused", "Picture", "read_picture", "to_pixels"]
