"""The overview of a workspace: every watcher on one page, in one call, in a fixed number of queries."""
