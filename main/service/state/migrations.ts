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
  `
  ALTER TABLE runs ADD COLUMN progress TEXT;
  ALTER TABLE runs ADD COLUMN request TEXT;
  ALTER TABLE runs ADD COLUMN cancel_requested INTEGER NOT NULL DEFAULT 0;
  CREATE TABLE repositories (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, folder TEXT NOT NULL, added_at INTEGER NOT NULL,
    key_confirmed INTEGER NOT NULL DEFAULT 0) STRICT;
  CREATE TABLE repository_space (
    repository TEXT NOT NULL, at INTEGER NOT NULL, points INTEGER NOT NULL, logical_bytes INTEGER NOT NULL,
    stored_bytes INTEGER NOT NULL, PRIMARY KEY (repository, at)) STRICT;
  CREATE TABLE vms (
    host TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, facts TEXT NOT NULL, seen_at INTEGER NOT NULL,
    gone INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (host, id)) STRICT;
  ALTER TABLE restore_points ADD COLUMN vm_id TEXT;
  ALTER TABLE restore_points ADD COLUMN host TEXT;
  ALTER TABLE restore_points ADD COLUMN size_bytes INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE restore_points ADD COLUMN stored_bytes INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX points_by_vm ON restore_points (vm, time);
  CREATE TABLE activity (
    ordinal INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, who TEXT NOT NULL, action TEXT NOT NULL,
    subject TEXT NOT NULL, result TEXT NOT NULL) STRICT;
  `,
  `
  CREATE TABLE intended_baselines (
    repository TEXT NOT NULL, vm_id TEXT NOT NULL, run TEXT NOT NULL, point TEXT NOT NULL,
    PRIMARY KEY (repository, vm_id)) STRICT;
  `,
  `
  ALTER TABLE jobs ADD COLUMN paused INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE jobs ADD COLUMN created_at INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE jobs ADD COLUMN changed_at INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE jobs ADD COLUMN handled_until INTEGER NOT NULL DEFAULT 0;
  CREATE UNIQUE INDEX jobs_by_name ON jobs (name COLLATE NOCASE);
  ALTER TABLE runs ADD COLUMN job TEXT;
  ALTER TABLE runs ADD COLUMN attempt INTEGER NOT NULL DEFAULT 0;
  CREATE TABLE job_claims (
    run TEXT PRIMARY KEY, job TEXT NOT NULL, repository TEXT NOT NULL, vms TEXT NOT NULL, pid INTEGER NOT NULL) STRICT;
  CREATE TABLE vm_tags (
    host TEXT NOT NULL, vm TEXT NOT NULL, tag TEXT NOT NULL COLLATE NOCASE, PRIMARY KEY (host, vm, tag)) STRICT;
  CREATE TABLE alerts (
    id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL, kind TEXT NOT NULL, severity TEXT NOT NULL, job TEXT, subject TEXT NOT NULL,
    text TEXT NOT NULL, raised_at INTEGER NOT NULL, last_at INTEGER NOT NULL, count INTEGER NOT NULL, cleared_at INTEGER, seen_at INTEGER,
    run TEXT, error TEXT) STRICT;
  CREATE INDEX alerts_by_key ON alerts (key, cleared_at);
  CREATE TABLE deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT, channel TEXT NOT NULL, target TEXT NOT NULL, body TEXT NOT NULL, created_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, next_at INTEGER NOT NULL, delivered_at INTEGER, error TEXT) STRICT;
  `,
  `
  CREATE TABLE publications (
    id TEXT PRIMARY KEY, repository TEXT NOT NULL, folder TEXT NOT NULL, point TEXT NOT NULL, vm TEXT NOT NULL, run TEXT NOT NULL,
    pid INTEGER, process_start TEXT NOT NULL, started_at INTEGER NOT NULL, definition TEXT NOT NULL, served TEXT,
    used_bytes INTEGER NOT NULL DEFAULT 0, sessions INTEGER NOT NULL DEFAULT 0, stop_requested INTEGER NOT NULL DEFAULT 0) STRICT;
  `,
  `
  CREATE TABLE recoveries (
    id TEXT PRIMARY KEY, host TEXT NOT NULL, repository TEXT NOT NULL, folder TEXT NOT NULL, point TEXT NOT NULL, vm TEXT NOT NULL,
    started_at INTEGER NOT NULL, definition TEXT NOT NULL, act TEXT, pid INTEGER) STRICT;
  CREATE TABLE drills (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, definition TEXT NOT NULL, paused INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL, handled_until INTEGER NOT NULL) STRICT;
  CREATE UNIQUE INDEX drills_by_name ON drills (name COLLATE NOCASE);
  `,
  `
  ALTER TABLE restore_points ADD COLUMN evidence TEXT;
  `,
  `
  CREATE TABLE verifications (
    repository TEXT NOT NULL, report TEXT NOT NULL, point TEXT NOT NULL, vm TEXT NOT NULL, vm_id TEXT,
    point_time INTEGER NOT NULL, at INTEGER NOT NULL, depth TEXT NOT NULL, grade TEXT NOT NULL, PRIMARY KEY (repository, report)) STRICT;
  CREATE INDEX verifications_by_time ON verifications (at);
  `,
  `
  CREATE TABLE verify_turns (
    repository TEXT NOT NULL, point TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (repository, point)) STRICT;
  `,
  `
  CREATE INDEX points_by_vm_id ON restore_points (vm_id, time);
  CREATE INDEX verifications_by_vm_id ON verifications (vm_id, at);
  CREATE INDEX verifications_by_vm ON verifications (vm, at);
  `,
  `
  ALTER TABLE restore_points ADD COLUMN job TEXT;
  ALTER TABLE restore_points ADD COLUMN pinned TEXT;
  UPDATE restore_points SET job = (SELECT job FROM runs WHERE runs.id = restore_points.run);
  CREATE INDEX points_by_job ON restore_points (job);
  `,
  `
  ALTER TABLE runs ADD COLUMN process_start TEXT NOT NULL DEFAULT '';
  ALTER TABLE job_claims ADD COLUMN process_start TEXT NOT NULL DEFAULT '';
  ALTER TABLE recoveries ADD COLUMN process_start TEXT NOT NULL DEFAULT '';
  `,
  `
  CREATE TABLE pack_sizes (
    repository TEXT NOT NULL, pack TEXT NOT NULL, size_bytes INTEGER NOT NULL, PRIMARY KEY (repository, pack)) STRICT, WITHOUT ROWID;
  `,
  `
  ALTER TABLE baselines ADD COLUMN files TEXT NOT NULL DEFAULT '[]';
  ALTER TABLE intended_baselines ADD COLUMN files TEXT NOT NULL DEFAULT '[]';
  `,
  `
  ALTER TABLE runs ADD COLUMN series TEXT;
  CREATE INDEX runs_by_series ON runs (series) WHERE series IS NOT NULL;
  `,
];
