"""The network, only when asked."""
