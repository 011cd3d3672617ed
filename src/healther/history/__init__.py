"""What happened: health events, the ledger of spans, rollups, and the questions people ask of them."""
