"""Who wants to hear of a page: asking, confirming, choosing, leaving. What they are sent is alerting's."""
