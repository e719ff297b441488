"""The demo: a sample article, a fictional cast, and thirty days on a virtual clock, through the real parts."""
