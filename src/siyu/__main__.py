"""`python -m siyu` is Siyu's command line."""

from siyu.faces.cli import main

main()
