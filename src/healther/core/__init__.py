"""What every room stands on: settings, clock, ids, database, errors. No domain words in here."""
