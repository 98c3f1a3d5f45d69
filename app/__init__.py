"""The server of Neuron Park: HTTP, websocket, and the worker processes that train."""

__version__ = "0.1.0"
