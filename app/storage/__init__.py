"""Where runs live when no process holds them: a database of SQLite or PostgreSQL, written by one task.

To read in this order: `models` (what is stored), `location` (where), `database` (connections, migrations, who may open
it), `writer` (group commit), `store` (what the rest of the server uses), `faults` (what is said when it fails).
"""
