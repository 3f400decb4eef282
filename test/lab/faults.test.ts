import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  stepNames,
  type BackupOutcome,
  type ConsistencyPolicy,
  type ErrorCode,
  type RecordedStep,
  type StepName,
} from '#contract';
import { runBackup } from '#engine/backup';
import { memoryStorage } from '#engine/storage';
import { labHypervisor, passDays, setFault } from '#lab';
import { findRun, openHome } from '#service';
import { newRepository, quiet, random, temporaryFolder } from '../fixtures/environment.ts';
import { copyLab } from '../fixtures/lab.ts';
import { runs } from '../fixtures/properties.ts';

interface Case {
  readonly kind: string;
  readonly step: StepName;
  readonly times: number;
  readonly policy: ConsistencyPolicy;
  readonly result: BackupOutcome['result'];
  readonly consistency: 'file-system' | 'crash' | null;
  readonly code: ErrorCode | null;
  /** Whether the restore point is there all the same. */
  readonly point: boolean;
}

const policies = ['require', 'warn', 'allow'] as const;
const guestSteps = ['enumerate-writers', 'prepare', 'flush', 'ready'] as const;
const lowered = { require: 'failed', warn: 'warning', allow: 'success' } as const;
const forEveryPolicy = (make: (policy: ConsistencyPolicy) => Omit<Case, 'policy'>): readonly Case[] =>
  policies.map((policy) => ({ ...make(policy), policy }));

/** A writer that stays failed: the policy says what becomes of the run. */
const writerFails = (step: StepName, kind: string, times: number, code: ErrorCode): readonly Case[] =>
  forEveryPolicy((policy) => ({
    kind,
    step,
    times,
    result: lowered[policy],
    consistency: policy === 'require' ? null : 'crash',
    code: policy === 'require' ? code : null,
    point: policy !== 'require',
  }));

/** What ends alike whatever the policy: with each of them in the nightly form, else with one, in turn. */
const whateverPolicy = (all: readonly Omit<Case, 'policy'>[]): readonly Case[] =>
  runs(1) > 1
    ? all.flatMap((one) => forEveryPolicy(() => one))
    : all.map((one, at) => ({ ...one, policy: policies[at % policies.length]! }));

const fine = { result: 'success', consistency: 'file-system', code: null, point: true } as const;
const failed = (code: ErrorCode, point: boolean) =>
  ({ result: 'failed', consistency: point ? 'file-system' : null, code, point }) as const;

/** Every fault at every step where it can be, with every policy where that makes a difference. */
const cases: readonly Case[] = [
  ...guestSteps.flatMap((step) => writerFails(step, 'writer-retryable', 3, 'host/vss-writer-retryable')),
  ...guestSteps.flatMap((step) => writerFails(step, 'writer-failed', 1, 'host/vss-writer-failed')),
  ...whateverPolicy([
    ...guestSteps.map((step) => ({ kind: 'writer-retryable', step, times: 2, ...fine })),
    { kind: 'checkpoint-failed', step: 'checkpoint', times: 1, ...failed('host/checkpoint-failed', false) },
    { kind: 'tracking-lost', step: 'checkpoint', times: 1, ...fine },
    { kind: 'merge-hang', step: 'release', times: 1, ...failed('host/merge-timeout', true) },
    ...[...guestSteps, 'checkpoint' as const].map((step) => ({
      kind: 'host-vanish',
      step,
      times: 1,
      ...failed('host/unreachable', false),
    })),
    ...(['release', 'post-backup'] as const).map((step) => ({
      kind: 'host-vanish',
      step,
      times: 1,
      ...failed('host/unreachable', true),
    })),
  ]),
];

test('every fault at every step ends as the policy wants it, and the next run is whole and incremental', async (context) => {
  const folder = await temporaryFolder(context);
  await copyLab(folder);
  const home = openHome(folder);
  context.after(() => home.close());
  const slept: number[] = [];
  const clock = { now: () => Date.now(), sleep: async (milliseconds: number) => void slept.push(milliseconds) };
  const hypervisor = labHypervisor(folder, { clock, random });
  const repository = await newRepository(memoryStorage());
  const backUp = async (policy: ConsistencyPolicy) => {
    const run = home.newRunId();
    const outcome = await runBackup(
      {
        hypervisor,
        hostName: 'LAB',
        repository,
        journal: home.journal,
        run,
        policy,
        truncateLogs: true,
        skipUnused: false,
        ...quiet,
      },
      { vms: ['LNX01'] },
    );
    return { outcome, vm: outcome.vms[0]!, steps: findRun(home.state, run).steps };
  };
  const first = await backUp('require');
  assert.equal(first.outcome.result, 'success');
  expectFlow(first.steps);

  for (const one of cases) {
    const says = `${one.kind} x${one.times} at ${one.step}, policy ${one.policy}`;
    if (one.step === 'release') await passDays(folder, 1);
    slept.length = 0;
    await setFault(folder, { step: one.step, kind: one.kind, times: one.times, vm: 'LNX01' });
    const { outcome, vm, steps } = await backUp(one.policy);
    assert.equal(outcome.result, one.result, says);
    assert.equal(vm.consistency, one.consistency, says);
    assert.equal(vm.error?.code ?? null, one.code, says);
    assert.equal(vm.point !== null, one.point, says);
    if (one.kind === 'writer-retryable') assert.equal(slept.length, 2, `${says}: a pause before each further try`);
    if (one.kind === 'tracking-lost') assert.match(vm.fullReadReason ?? '', /lost its change tracking/, says);
    else if (one.point) assert.equal(vm.fullReadReason, null, says);
    if (one.kind !== 'tracking-lost') assert.ok(tellsOf(steps, one.step), `${says}: the conversation shows where`);

    const next = await backUp('require');
    assert.equal(next.outcome.result, 'success', `after ${says}: ${next.vm.error?.message}`);
    assert.deepEqual([next.vm.consistency, next.vm.fullReadReason], ['file-system', null], `after ${says}`);
    const left = (await hypervisor.listResidue()).filter((item) => item.kind !== 'reference-point');
    assert.deepEqual(left, [], `after ${says}`);
  }
});

function tellsOf(steps: readonly RecordedStep[], step: StepName): boolean {
  return steps.some((one) => one.step === step && (one.state === 'failed' || one.state === 'warning'));
}

/** Every step of the flow is told, and up to the data in its order. */
function expectFlow(steps: readonly RecordedStep[]): void {
  const flow: readonly StepName[] = stepNames.filter((name) => name !== 'recover');
  const told = [...new Set(steps.map((one) => one.step))];
  assert.deepEqual(
    told.toSorted((a, b) => flow.indexOf(a) - flow.indexOf(b)),
    flow,
  );
  assert.deepEqual(told.slice(0, 8), flow.slice(0, 8));
}
