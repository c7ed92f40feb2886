"""Files of records: rows in `core_attachment`, bytes in a store, type and size decided by content.

`types` and `names` judge a file (pure), `store` keeps bytes, `receiving` takes uploads in, `services` are the verbs,
`pages` what a record's page shows, `web` the addresses under `/files/`, `cleaning` removes bytes nobody needs,
`registry` knows which records carry files.
"""
