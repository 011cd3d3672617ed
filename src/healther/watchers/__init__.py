"""The configuration people edit: what is watched, how often, and when it counts as down."""
