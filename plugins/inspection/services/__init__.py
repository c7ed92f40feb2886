"""The verbs of inspection. Each checks the right first, changes, records an event and returns; the caller commits.

`plans` and `ranges`: plans and the homes they take in · `homes`: marking homes as inspected, the grid's side panel ·
`progress` and `figures`: counting, in as few statements as can be · `summaries`: 验房总结.
"""
