/** What a guest's own answers mean for a backup: its writers, its applications' histories, and who else truncates its logs. */
import type { PreflightCheck } from '#engine/ports';
import type { GuestProof, SqlBackup, SqlInstance } from './operations/guest-proof.ts';

type Finding = Pick<PreflightCheck, 'id' | 'verdict' | 'says' | 'remedy'>;

/** A backup of the guest's that is this near to a checkpoint of ours was made by it. */
const ourMarginMs = 20 * 60_000;
const logBackupWait = 2;
const simpleModel = 3;

export function guestChecks(vm: string, proof: GuestProof): readonly PreflightCheck[] {
  const found = [writers(proof), guard(proof), ...proof.sql.flatMap(sqlChecks), ...exchangeCheck(proof)];
  return found.map((finding) => ({ ...finding, vm }));
}

function writers(proof: GuestProof): Finding {
  const id = 'guest-writers';
  if (proof.writers.length === 0)
    return {
      id,
      verdict: 'warning',
      says: 'The guest lists no VSS writers.',
      remedy: 'In the guest restart the services EventSystem and VSS, then run: vssadmin list writers',
    };
  const failed = proof.writers.filter((writer) => writer.state >= 6);
  if (failed.length > 0)
    return {
      id,
      verdict: 'warning',
      says: `Writers of the guest have failed: ${failed.map((one) => `${one.name} (state ${one.state})`).join(', ')}.`,
      remedy: 'Look at the Application log of the guest and restart the service behind the writer.',
    };
  return { id, verdict: 'ok', says: `${proof.writers.length} writers of the guest, none failed.`, remedy: '' };
}

/** The double-truncation guard. */
function guard(proof: GuestProof): Finding {
  const id = 'double-truncation';
  const others = [...proof.sql.flatMap((instance) => sqlTruncators(instance, proof)), ...exchangeTruncators(proof)];
  if (others.length > 0)
    return {
      id,
      verdict: 'warning',
      says: `Another product truncates the logs of this guest: ${others.slice(0, 3).join('; ')}.`,
      remedy: 'Back this VM up with --copy, or stop the other product: two of them cut each other\u2019s chain of logs.',
    };
  return { id, verdict: 'ok', says: 'Nobody else truncates the logs of this guest.', remedy: '' };
}

function sqlTruncators({ name, backups }: SqlInstance, { taken }: GuestProof): readonly string[] {
  const truncates = (backup: SqlBackup): boolean =>
    // A log backup cuts the log; a full one through VSS that is none of ours comes from another requester in this guest.
    (backup.type === 'L' && !backup.copyOnly) ||
    (backup.type === 'D' && backup.snapshot && !backup.copyOnly && !isOurs(backup.finishedAt, taken));
  return backups
    .filter(truncates)
    .map(
      (one) =>
        `${one.type === 'L' ? 'log' : 'full'} backups of ${one.database} (${name}) by ${one.software === '' ? one.user : one.software}${when(one.finishedAt)}`,
    );
}

function exchangeTruncators({ exchange, taken }: GuestProof): readonly string[] {
  return (exchange?.databases ?? []).flatMap(({ name, lastFull, lastIncremental }) => {
    const other = [lastFull, lastIncremental].find((time) => time !== null && !isOurs(time, taken));
    return other === undefined || other === null ? [] : [`backups of the mailbox database ${name}${when(other)}`];
  });
}

const isOurs = (time: number | null, taken: readonly number[]): boolean =>
  time !== null && taken.some((ours) => Math.abs(ours - time) <= ourMarginMs);

const when = (time: number | null): string => (time === null ? '' : `, last on ${new Date(time).toISOString().slice(0, 10)}`);

function sqlChecks({ name, running, readable, errorNumber, databases }: SqlInstance): readonly Finding[] {
  const id = 'sql-server';
  if (!running)
    return [
      {
        id,
        verdict: 'warning',
        says: `${name} does not run: its writer skips it.`,
        remedy: `In the guest run: Start-Service '${name}'`,
      },
    ];
  if (!readable)
    return [
      {
        id,
        verdict: 'warning',
        says: `The history of ${name} could not be read (error ${errorNumber}).`,
        remedy: 'Give the guest account the rights to read msdb; the backup itself does not depend on it.',
      },
    ];
  const waiting = databases.filter((one) => one.model !== simpleModel && one.reuseWait === logBackupWait).map((one) => one.name);
  if (waiting.length === 0)
    return [{ id, verdict: 'ok', says: `${name}: ${databases.length} databases, no log waits for a backup.`, remedy: '' }];
  return [
    {
      id,
      verdict: 'warning',
      says: `${name}: the logs of ${waiting.slice(0, 5).join(', ')} wait for a log backup; a backup of the VM does not shorten them.`,
      remedy: 'Back up these logs with SQL Server, or set the databases to the simple recovery model.',
    },
  ];
}

function exchangeCheck({ exchange }: GuestProof): readonly Finding[] {
  if (exchange === null) return [];
  const id = 'exchange';
  if (!exchange.readable)
    return [
      {
        id,
        verdict: 'warning',
        says: 'Exchange is there, but its backup history could not be read.',
        remedy: 'Give the guest account the role "View-Only Organization Management".',
      },
    ];
  const never = exchange.databases.filter((one) => one.lastFull === null && !one.circular).map((one) => one.name);
  return never.length === 0
    ? [
        {
          id,
          verdict: 'ok',
          says: `Exchange remembers a full backup of each of ${exchange.databases.length} databases.`,
          remedy: '',
        },
      ]
    : [
        {
          id,
          verdict: 'warning',
          says: `Exchange remembers no full backup of ${never.join(', ')}: its logs grow.`,
          remedy: 'Run a full backup of this VM (without --copy).',
        },
      ];
}
