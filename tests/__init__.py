"""The tests of Neuron Park; they mirror the folders they test."""
