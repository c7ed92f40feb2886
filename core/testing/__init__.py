"""What plugin authors test with: the conformance suite that every plugin passes (`atrium plugin check NAME`)."""
