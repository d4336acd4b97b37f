"""Pages that customers see, on their phones: rendered on the server, light, without scripts."""
