"""Starting and stopping the parts of Outreach on one machine."""
