"""Reports that go out by themselves: which numbers, in which words, each once."""
