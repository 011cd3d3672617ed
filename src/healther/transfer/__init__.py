"""Data on its way out and in: backup and restore of everything, export and import of one workspace."""
