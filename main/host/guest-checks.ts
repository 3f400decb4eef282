/** What a guest's own answers mean for a backup: its writers, its applications' histories, and who else truncates its logs. */
import { checkSays, toldCheck, type CheckSentence } from '#contract';
import type { PreflightCheck } from '#engine/ports';
import type { GuestProof, SqlBackup, SqlInstance } from './operations/guest-proof.ts';

type Finding = readonly [id: string, verdict: PreflightCheck['verdict'], sentence: CheckSentence];

/** A backup of the guest's that is this near to a checkpoint of ours was made by it. */
const ourMarginMs = 20 * 60_000;
const logBackupWait = 2;
const simpleModel = 3;

export function guestChecks(vm: string, proof: GuestProof): readonly PreflightCheck[] {
  const found = [writers(proof), guard(proof), ...proof.sql.flatMap(sqlChecks), ...exchangeCheck(proof)];
  return found.map(([id, verdict, sentence]) => ({ id, vm, verdict, ...toldCheck(sentence), error: null }));
}

function writers({ writers: all }: GuestProof): Finding {
  const id = 'guest-writers';
  if (all.length === 0) return [id, 'warning', checkSays('writers-none')];
  const failed = all.filter((writer) => writer.state >= 6).map((one) => `${one.name} (state ${one.state})`);
  return failed.length > 0
    ? [id, 'warning', checkSays('writers-failed', { writers: failed.join(', ') })]
    : [id, 'ok', checkSays('writers-ok', { count: all.length })];
}

/** The double-truncation guard. */
function guard(proof: GuestProof): Finding {
  const id = 'double-truncation';
  const others = [...proof.sql.flatMap((instance) => sqlTruncators(instance, proof)), ...exchangeTruncators(proof)];
  return others.length === 0
    ? [id, 'ok', checkSays('truncation-alone')]
    : [id, 'warning', { ...checkSays('truncation-other'), parts: others.slice(0, 3) }];
}

function sqlTruncators({ name, backups }: SqlInstance, { taken }: GuestProof): readonly CheckSentence[] {
  const truncates = (backup: SqlBackup): boolean =>
    // A log backup cuts the log; a full one through VSS that is none of ours comes from another requester in this guest.
    (backup.type === 'L' && !backup.copyOnly) ||
    (backup.type === 'D' && backup.snapshot && !backup.copyOnly && !isOurs(backup.finishedAt, taken));
  return backups.filter(truncates).map(({ type, database, software, user, finishedAt }) => {
    const values = { database, instance: name, by: software === '' ? user : software };
    const id = type === 'L' ? 'truncates-log' : 'truncates-full';
    return finishedAt === null ? checkSays(id, values) : checkSays(`${id}-on`, { ...values, day: dayOf(finishedAt) });
  });
}

function exchangeTruncators({ exchange, taken }: GuestProof): readonly CheckSentence[] {
  return (exchange?.databases ?? []).flatMap(({ name, lastFull, lastIncremental }) => {
    const other = [lastFull, lastIncremental].find((time) => time !== null && !isOurs(time, taken));
    if (other === undefined || other === null) return [];
    return [checkSays('truncates-mailbox', { database: name, day: dayOf(other) })];
  });
}

const isOurs = (time: number | null, taken: readonly number[]): boolean =>
  time !== null && taken.some((ours) => Math.abs(ours - time) <= ourMarginMs);

const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10);

function sqlChecks({ name: instance, running, readable, errorNumber, databases }: SqlInstance): readonly Finding[] {
  const id = 'sql-server';
  if (!running) return [[id, 'warning', checkSays('sql-stopped', { instance })]];
  if (!readable) return [[id, 'warning', checkSays('sql-unreadable', { instance, error: errorNumber })]];
  const waiting = databases.filter((one) => one.model !== simpleModel && one.reuseWait === logBackupWait).map((one) => one.name);
  return waiting.length === 0
    ? [[id, 'ok', checkSays('sql-ok', { instance, count: databases.length })]]
    : [[id, 'warning', checkSays('sql-logs-wait', { instance, databases: waiting.slice(0, 5).join(', ') })]];
}

function exchangeCheck({ exchange }: GuestProof): readonly Finding[] {
  if (exchange === null) return [];
  const id = 'exchange';
  if (!exchange.readable) return [[id, 'warning', checkSays('exchange-unreadable')]];
  const never = exchange.databases.filter((one) => one.lastFull === null && !one.circular).map((one) => one.name);
  return never.length === 0
    ? [[id, 'ok', checkSays('exchange-ok', { count: exchange.databases.length })]]
    : [[id, 'warning', checkSays('exchange-never', { databases: never.join(', ') })]];
}
