"""The server in front of the pages: who gets in, and what a browser may do with what it gets (docs/betrieb.md)."""
