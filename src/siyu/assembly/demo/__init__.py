"""The demo: a made-up brand in an installation of its own, with an outside that answers."""
