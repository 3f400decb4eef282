/** What deserves an alert: decided from what happened, without any clock or memory of its own. */
import type { Alert, AlertKind, AlertSeverity, RunId, StatusLevel, VmOutcome } from '#contract';

interface OfJob {
  readonly job: { readonly id: string; readonly name: string };
}

export type JobEvent =
  | (OfJob & {
      readonly kind: 'run-ended';
      readonly run: RunId | null;
      readonly vms: readonly Pick<VmOutcome, 'vm' | 'vmId' | 'result' | 'warnings' | 'error'>[];
      /** VMs that failed at first and then did not. */
      readonly recovered: readonly string[];
      /** Why the run could not begin or go on; null when it could. */
      readonly error: { readonly code: string; readonly message: string } | null;
    })
  | (OfJob & { readonly kind: 'missed'; readonly occurrences: readonly number[] })
  | (OfJob & { readonly kind: 'tidied'; readonly error: { readonly message: string } | null })
  | {
      readonly kind: 'protection';
      readonly vms: readonly { readonly host: string; readonly id: string; readonly name: string; readonly protected: boolean }[];
    };

export interface RaisedAlert {
  /** What it is about: a second one of the same key is the same alert again. */
  readonly key: string;
  readonly kind: AlertKind;
  readonly severity: AlertSeverity;
  readonly job: string | null;
  readonly subject: string;
  readonly text: string;
  readonly run: RunId | null;
  /** How often it happened now. */
  readonly times: number;
  /** Whether one that was seen wants to be seen again. A state that goes on does not; a further failure does. */
  readonly renews: boolean;
}

export interface AlertChanges {
  readonly raise: readonly RaisedAlert[];
  /** Keys of what is right again. */
  readonly clear: readonly string[];
}

export function alertChanges(event: JobEvent): AlertChanges {
  switch (event.kind) {
    case 'run-ended':
      return ofRun(event);
    case 'missed':
      return ofMissed(event);
    case 'tidied':
      return ofTidied(event);
    case 'protection':
      return ofProtection(event);
    default:
      return event satisfies never;
  }
}

function ofRun(event: Extract<JobEvent, { kind: 'run-ended' }>): AlertChanges {
  const { job, run, vms, error, recovered } = event;
  if (error?.code === 'input/cancelled') return { raise: [], clear: [] };
  const raise: RaisedAlert[] = [];
  const clear: string[] = [];
  const base = { job: job.id, run, times: 1, renews: true };
  // By id: of two VMs with one name the success of one must not clear the failure of the other.
  const settle = (kind: 'run-failed' | 'run-warning', vm: { id: string; name: string }, text: string | undefined): void => {
    const key = `${kind}/${job.id}/${vm.id}`;
    if (text === undefined) clear.push(key);
    else
      raise.push({
        ...base,
        key,
        kind,
        severity: kind === 'run-failed' ? 'alert' : 'warning',
        subject: vm.name,
        text,
      });
  };
  settle(
    'run-failed',
    { id: '', name: job.name },
    error === null ? undefined : `Job ${job.name} could not run: ${error.message}`,
  );
  for (const vm of vms.filter((one) => one.result !== 'cancelled')) {
    const of = { id: vm.vmId, name: vm.vm };
    settle('run-failed', of, vm.error === null ? undefined : `Backup of ${vm.vm} failed: ${vm.error.message}`);
    if (vm.error === null)
      settle('run-warning', of, vm.warnings.length === 0 ? undefined : `${vm.vm}: ${vm.warnings.join('; ')}`);
  }
  for (const vm of recovered) {
    const key = `run-retried/${job.id}/${vm}`;
    raise.push({
      ...base,
      key,
      kind: 'run-retried',
      severity: 'note',
      subject: vm,
      text: `${vm} failed at first and was backed up by a retry.`,
    });
    clear.push(key);
  }
  if (error === null) clear.push(`run-missed/${job.id}`);
  return { raise, clear };
}

function ofMissed({ job, occurrences }: Extract<JobEvent, { kind: 'missed' }>): AlertChanges {
  if (occurrences.length === 0) return { raise: [], clear: [] };
  const first = new Date(occurrences[0]!).toISOString();
  const text =
    occurrences.length === 1
      ? `Job ${job.name} did not start at ${first}.`
      : `Job ${job.name} did not start ${occurrences.length} times since ${first}.`;
  const alert = { kind: 'run-missed', severity: 'alert', job: job.id, subject: job.name, text, run: null } as const;
  return { raise: [{ ...alert, key: `run-missed/${job.id}`, times: occurrences.length, renews: true }], clear: [] };
}

function ofTidied({ job, error }: Extract<JobEvent, { kind: 'tidied' }>): AlertChanges {
  const key = `retention-refused/${job.id}`;
  if (error === null) return { raise: [], clear: [key] };
  const text = `Retention of job ${job.name} dropped nothing: ${error.message}`;
  const alert = { kind: 'retention-refused', severity: 'alert', job: job.id, subject: job.name, text, run: null } as const;
  return { raise: [{ ...alert, key, times: 1, renews: true }], clear: [] };
}

function ofProtection({ vms }: Extract<JobEvent, { kind: 'protection' }>): AlertChanges {
  const keyOf = (vm: { host: string; id: string }): string => `vm-unprotected/${vm.host}/${vm.id}`;
  return {
    raise: vms
      .filter((vm) => !vm.protected)
      .map((vm) => ({
        key: keyOf(vm),
        kind: 'vm-unprotected',
        severity: 'warning',
        job: null,
        subject: vm.name,
        text: `No job protects ${vm.name} on ${vm.host}.`,
        run: null,
        times: 1,
        renews: false,
      })),
    clear: vms.filter((vm) => vm.protected).map(keyOf),
  };
}

/** An alert nobody has seen is critical even when it has cleared; one that was seen and goes on is a warning. */
export function levelOf(alerts: readonly Pick<Alert, 'severity' | 'clearedAt' | 'seenAt'>[]): StatusLevel {
  if (alerts.some((alert) => alert.severity === 'alert' && alert.seenAt === null)) return 'critical';
  const going = alerts.some((alert) => alert.severity !== 'note' && (alert.clearedAt === null || alert.seenAt === null));
  return going ? 'warning' : 'ok';
}
