"""What `./siyu` does before Siyu itself can run: environment, console, checks. Standard library only."""
