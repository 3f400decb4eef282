/** What each version of the state database adds. A migration is never changed once released; times are milliseconds since 1970. */
export const migrations: readonly string[] = [
  `
  CREATE TABLE hosts (id TEXT PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL, added_at INTEGER NOT NULL) STRICT;
  CREATE TABLE baselines (
    repository TEXT NOT NULL, vm_id TEXT NOT NULL, reference_point TEXT NOT NULL, point TEXT NOT NULL,
    PRIMARY KEY (repository, vm_id)) STRICT;
  CREATE TABLE jobs (id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, definition TEXT NOT NULL) STRICT;
  CREATE TABLE runs (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, state TEXT NOT NULL, started_at INTEGER NOT NULL, ended_at INTEGER,
    pid INTEGER NOT NULL, repository TEXT NOT NULL, vms TEXT NOT NULL, outcome TEXT) STRICT;
  CREATE INDEX runs_by_time ON runs (started_at);
  CREATE TABLE run_steps (
    run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE, ordinal INTEGER NOT NULL, at INTEGER NOT NULL, vm TEXT,
    report TEXT NOT NULL, PRIMARY KEY (run, ordinal)) STRICT;
  CREATE TABLE restore_points (
    repository TEXT NOT NULL, id TEXT NOT NULL, vm TEXT NOT NULL, time INTEGER NOT NULL, consistency TEXT NOT NULL,
    run TEXT NOT NULL, PRIMARY KEY (repository, id)) STRICT;
  CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  `,
  `
  ALTER TABLE hosts ADD COLUMN definition TEXT NOT NULL DEFAULT '{}';
  CREATE UNIQUE INDEX hosts_by_name ON hosts (name COLLATE NOCASE);
  `,
];
