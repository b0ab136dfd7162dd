"""Who keeps a lock that a load waits for, as far as PostgreSQL tells the user that asks."""

from typing import Any

# Those of a reader stand in nobody's way; those of a writer only where both write the same row, so they come last.
_KEEPER = """
    SELECT coalesce(locks.relation::regclass::text, 'sexton_load'), locks.pid,
           concat_ws(', ', nullif(clients.application_name, ''), clients.usename, clients.client_addr),
           to_char(clients.xact_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
    FROM pg_locks AS locks LEFT JOIN pg_stat_activity AS clients USING (pid)
    WHERE locks.granted AND locks.pid <> pg_backend_pid() AND locks.mode <> 'AccessShareLock'
      AND locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND (locks.relation IN (to_regclass(%s), to_regclass('sexton_load')) OR locks.locktype = 'advisory'
           AND locks.objid = (hashtext('sexton_load')::bigint & 4294967295)::oid)
    ORDER BY locks.mode IN ('RowShareLock', 'RowExclusiveLock'), clients.xact_start
    LIMIT 1"""


def kept(db: Any, table: str) -> str:
    """What to say of `table` (quoted), or the ledger, when waiting for it has been given up. Raises psycopg.Error."""
    found = db.execute(_KEEPER, (table,)).fetchone()
    if found is None:
        return f"the table {table} is locked, and its keeper does not show"
    relation, pid, who, since = found
    began = f", in a transaction since {since}" if since else ""
    return f"the table {relation} is locked by process {pid} ({who}){began}; SELECT pg_terminate_backend({pid}) ends it"
