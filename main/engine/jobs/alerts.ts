/** What deserves an alert: decided from what happened, without any clock or memory of its own. */
import type {
  Alert,
  AlertKind,
  AlertSeverity,
  DrillVerdict,
  EvidenceSummary,
  PointId,
  RunId,
  StatusLevel,
  VmOutcome,
} from '#contract';

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
      /** Keys of failures and warnings of VMs that have not cleared, of all jobs. */
      readonly open: readonly string[];
    })
  | (OfJob & { readonly kind: 'missed'; readonly what: 'Job' | 'Drill'; readonly occurrences: readonly number[] })
  | (OfJob & { readonly kind: 'tidied'; readonly error: { readonly message: string } | null })
  | {
      readonly kind: 'protection';
      readonly vms: readonly { readonly host: string; readonly id: string; readonly name: string; readonly protected: boolean }[];
      /** Keys of this kind that have not cleared. */
      readonly open: readonly string[];
    }
  | {
      readonly kind: 'evidence';
      /** The restore points that are there and whose newest verification found damage. */
      readonly damaged: readonly {
        readonly repository: string;
        readonly id: PointId;
        readonly vm: string;
        readonly time: number;
        readonly evidence: EvidenceSummary;
      }[];
      readonly open: readonly string[];
    }
  | {
      readonly kind: 'drilled';
      readonly vm: { readonly repository: string; readonly id: string; readonly name: string };
      readonly pointTime: number;
      readonly verdict: DrillVerdict;
      /** What was wrong, or could not be told; empty when it passed. */
      readonly why: string;
      readonly run: RunId;
    }
  /** Whether a drill could begin at all. */
  | {
      readonly kind: 'drill-begun';
      readonly drill: { readonly id: string; readonly name: string };
      readonly error: { readonly code: string; readonly message: string } | null;
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
    case 'evidence':
      return ofEvidence(event);
    case 'drilled':
      return ofDrill(event);
    case 'drill-begun':
      return ofDrillBegun(event);
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
  if (error === null) clear.push(`run-missed/${job.id}`, ...event.open.filter(ofVmTakenOut(job.id, vms)));
  return { raise, clear };
}

/** Nothing else would ever clear what was said of a VM that the job has no more. */
function ofVmTakenOut(job: string, vms: readonly { readonly vmId: string }[]): (key: string) => boolean {
  const there = new Set(vms.map(({ vmId }) => vmId));
  return (key) => {
    const [, of, vm = ''] = key.split('/');
    return of === job && vm !== '' && !there.has(vm);
  };
}

function ofMissed({ job, what, occurrences }: Extract<JobEvent, { kind: 'missed' }>): AlertChanges {
  if (occurrences.length === 0) return { raise: [], clear: [] };
  const first = new Date(occurrences[0]!).toISOString();
  const text =
    occurrences.length === 1
      ? `${what} ${job.name} did not start at ${first}.`
      : `${what} ${job.name} did not start ${occurrences.length} times since ${first}.`;
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

function ofProtection({ vms, open }: Extract<JobEvent, { kind: 'protection' }>): AlertChanges {
  return ofStanding(
    open,
    vms
      .filter((vm) => !vm.protected)
      .map((vm) => ({
        key: `vm-unprotected/${vm.host}/${vm.id}`,
        kind: 'vm-unprotected',
        severity: 'warning',
        subject: vm.name,
        text: `No scheduled job protects ${vm.name} on ${vm.host}.`,
      })),
  );
}

function ofEvidence({ damaged, open }: Extract<JobEvent, { kind: 'evidence' }>): AlertChanges {
  return ofStanding(
    open,
    damaged.map(({ repository, id, vm, time, evidence }) => ({
      key: `point-damaged/${repository}/${id}`,
      kind: 'point-damaged',
      severity: 'alert',
      subject: vm,
      text:
        `Restore point ${id} of ${vm} of ${new Date(time).toISOString()} is damaged: verified at ` +
        `${new Date(evidence.at).toISOString()}. What was found: hostkeep evidence ${id}`,
    })),
  );
}

/** What goes on until it is no more: what is open and not standing any longer is right again, or gone. */
function ofStanding(
  open: readonly string[],
  standing: readonly Pick<RaisedAlert, 'key' | 'kind' | 'severity' | 'subject' | 'text'>[],
): AlertChanges {
  const keys = new Set(standing.map(({ key }) => key));
  return {
    raise: standing.map((one) => ({ ...one, job: null, run: null, times: 1, renews: false })),
    clear: open.filter((key) => !keys.has(key)),
  };
}

function ofDrill({ vm, pointTime, verdict, why, run }: Extract<JobEvent, { kind: 'drilled' }>): AlertChanges {
  const keyOf = (kind: 'drill-failed' | 'drill-unclear'): string => `${kind}/${vm.repository}/${vm.id}`;
  if (verdict === 'passed') return { raise: [], clear: [keyOf('drill-failed'), keyOf('drill-unclear')] };
  const failed = verdict === 'failed';
  const kind = failed ? 'drill-failed' : 'drill-unclear';
  const text = `Drill of ${vm.name} of ${new Date(pointTime).toISOString()} ${failed ? 'failed' : 'is unclear'}: ${why}`;
  const severity = failed ? 'alert' : 'warning';
  const raised = { key: keyOf(kind), kind, severity, job: null, subject: vm.name, text, run, times: 1, renews: true } as const;
  // That nobody can tell takes no failure back.
  return { raise: [raised], clear: failed ? [keyOf('drill-unclear')] : [] };
}

function ofDrillBegun({ drill, error }: Extract<JobEvent, { kind: 'drill-begun' }>): AlertChanges {
  const key = `drill-failed//${drill.id}`;
  if (error === null) return { raise: [], clear: [key, `run-missed/${drill.id}`] };
  if (error.code === 'input/cancelled') return { raise: [], clear: [] };
  const text = `Drill ${drill.name} could not run: ${error.message}`;
  const of = { kind: 'drill-failed', severity: 'alert', job: null, subject: drill.name, text, run: null } as const;
  return { raise: [{ ...of, key, times: 1, renews: true }], clear: [] };
}

/** An alert nobody has seen is critical even when it has cleared; one that was seen and goes on is a warning. */
export function levelOf(alerts: readonly Pick<Alert, 'severity' | 'clearedAt' | 'seenAt'>[]): StatusLevel {
  if (alerts.some((alert) => alert.severity === 'alert' && alert.seenAt === null)) return 'critical';
  const going = alerts.some((alert) => alert.severity !== 'note' && (alert.clearedAt === null || alert.seenAt === null));
  return going ? 'warning' : 'ok';
}
