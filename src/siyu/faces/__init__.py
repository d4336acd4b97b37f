"""What the outside touches: the HTTP API, H5 pages, the command line, the worker."""
