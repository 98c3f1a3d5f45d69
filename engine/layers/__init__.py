"""Layers: configuration plus pure arithmetic on given buffers. One kind of layer a module."""
