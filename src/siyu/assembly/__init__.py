"""The system on a few screens: `flow` says which event goes where, `wiring` which pipes there are, `loops` what keeps moving,
`installation` opens the stores, `processes` says what runs."""
