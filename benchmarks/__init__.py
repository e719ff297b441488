"""What is measured: ours beside the limit of the machine and beside a peer, in one run, as ratios. See __main__.py."""
