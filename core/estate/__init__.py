"""The shared ground every module stands on: regions, projects, buildings, homes, customers, contracts, contractors."""
