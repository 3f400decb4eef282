import {
  requests,
  type AttentionView,
  type NextRunView,
  type OverviewView,
  type RunView,
  type SessionView,
  type VmView,
} from '#contract';
import { listDeeds } from '../../state/activity.ts';
import { seenDisks, seenVms } from '../../state/inventory.ts';
import { imageId, pointsByVm } from '../../state/points.ts';
import { repositoryViews } from '../../state/repositories.ts';
import { listRunViews } from '../../state/run-views.ts';
import { readSettings, writeSettings } from '../../state/settings.ts';
import { setTag, tagsByVm } from '../../state/tags.ts';
import { usualGraceDays } from '../../jobs/forget.ts';
import { jobBook } from '../../jobs/job-book.ts';
import type { Services } from '../services.ts';
import { asking, checked, doing, router } from '../trpc.ts';
import { hostViews } from './hosts.ts';

const outdatedMs = 2 * 24 * 3_600_000;
const recentRuns = 60;

export const session = asking.input(checked(requests.none)).query(({ ctx }): SessionView => ({
  version: ctx.options.version,
  mode: ctx.options.mode,
  platform: process.platform,
  user: ctx.user,
  home: ctx.home.path,
  keystore: process.platform === 'win32',
  canRemember: ctx.options.canRemember ?? process.platform === 'win32',
  graceDays: usualGraceDays,
}));

export const overview = asking.input(checked(requests.none)).query(({ ctx }): OverviewView => {
  ctx.sweepRuns();
  const vms = vmViews(ctx).filter((vm) => vm.state !== 'gone');
  const repositories = repositoryViews(ctx.home.state, (id) => ctx.vault.holds(id));
  const runs = listRunViews(ctx.home.state, { limit: recentRuns, before: null });
  const isOutdated = (vm: VmView): boolean => vm.last !== null && ctx.now() - vm.last.time > outdatedMs;
  const unprotected = vms.filter((vm) => vm.last === null);
  const outdated = vms.filter(isOutdated);
  return {
    vms: {
      total: vms.length,
      protected: vms.length - unprotected.length,
      outdated: outdated.length,
      unprotected: unprotected.length,
    },
    hosts: hostViews(ctx).filter((host) => host.vms > 0).length,
    repositories,
    recent: runs.slice(0, 8),
    next: nextRuns(ctx),
    attention: [
      ...hostViews(ctx).flatMap((host): AttentionView[] =>
        host.error === null || host.kind === 'lab'
          ? []
          : [{ kind: 'host-error', subject: host.name, count: 1, at: null, target: host.name, error: host.error }],
      ),
      ...lastOfEach(runs).flatMap(attentionOf),
      ...(unprotected.length === 0 ? [] : [about('unprotected', unprotected)]),
      ...(outdated.length === 0 ? [] : [about('outdated', outdated)]),
      ...repositories
        .filter((one) => !one.recoveryKeyConfirmed)
        .map(({ id, name }) => ({ ...plain, kind: 'key-unconfirmed' as const, subject: name, target: id })),
    ],
  };
});

/** Of every job the next start. */
function nextRuns(ctx: Services): readonly NextRunView[] {
  const book = jobBook({ home: ctx.home, now: () => ctx.now() });
  return book
    .list()
    .flatMap((job) => book.preview(job, 1).map((start) => ({ ...start, job: job.id, name: job.name })))
    .toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))
    .slice(0, 6);
}

const plain = { count: 1, at: null, target: null, error: null };

function about(kind: 'unprotected' | 'outdated', vms: readonly VmView[]): AttentionView {
  return { ...plain, kind, subject: someOf(vms.map((vm) => vm.name)), count: vms.length };
}

const named = 3;
/** Longer ones are told alone: it is a line among others. */
const shortName = 30;

function someOf(names: readonly string[]): string {
  const shown = names.slice(0, names.some(({ length }) => length > shortName) ? 1 : named);
  return [...shown, ...(names.length > shown.length ? ['\u2026'] : [])].join(', ');
}

/** The newest run for every kind and subject: what a later one has put right needs no attention. */
function lastOfEach(runs: readonly RunView[]): readonly RunView[] {
  const seen = new Set<string>();
  return runs.filter((run) => {
    const keys = run.vms.map((vm) => `${run.kind} ${run.repository} ${vm}`);
    const isNew = run.state !== 'running' && keys.some((key) => !seen.has(key));
    if (run.state !== 'running' && run.state !== 'cancelled') for (const key of keys) seen.add(key);
    return isNew;
  });
}

function attentionOf(run: RunView): readonly AttentionView[] {
  if (run.state !== 'failed' && run.state !== 'warning') return [];
  const kind = run.state === 'failed' ? 'run-failed' : 'run-warning';
  return [{ kind, subject: someOf(run.vms), count: 1, at: run.startedAt, target: run.id, error: run.errorView }];
}

export const vms = router({
  list: asking.input(checked(requests.none)).query(({ ctx }) => {
    hostViews(ctx);
    return vmViews(ctx);
  }),
  disks: asking.input(checked(requests.vms.disks)).query(({ ctx, input }) => seenDisks(ctx.home.state, input.host)),
  tag: doing
    .meta({ action: 'vm.tag', subject: 'vm' })
    .input(checked(requests.vms.tag))
    .mutation(({ ctx, input }) => {
      setTag(ctx.home.state, { host: input.host, vm: input.vm }, input.tag, input.present);
      return input;
    }),
});

/** Every VM that a host has or that a restore point is of. */
export function vmViews(ctx: Services): readonly VmView[] {
  const points = pointsByVm(ctx.home.state);
  const byId = new Map(points.flatMap((of) => (of.vmId === null ? [] : [[of.vmId, of] as const])));
  const seen = seenVms(ctx.home.state);
  const known = new Set(seen.map((vm) => vm.id));
  const none = { points: 0, since: null, last: null, verified: null };
  const tags = tagsByVm(ctx.home.state);
  const present = seen.map(({ seenAt: _seenAt, ...vm }): VmView => {
    const of = byId.get(vm.id);
    const tagged = { ...vm, tags: tags.get(`${vm.host}/${vm.id}`) ?? [] };
    return of === undefined
      ? { ...tagged, ...none }
      : { ...tagged, points: of.points, since: of.since, last: of.last, verified: of.verified };
  });
  const gone = points
    .filter((of) => of.vmId === null || !known.has(of.vmId))
    .map((of): VmView => ({
      host: of.last.host ?? '',
      id: of.vmId ?? imageId(of.vm),
      name: of.vm,
      state: 'gone',
      guestOs: 'unknown',
      reachable: of.last.consistency,
      sizeBytes: of.last.sizeBytes,
      disks: 0,
      points: of.points,
      since: of.since,
      last: of.last,
      verified: of.verified,
      tags: [],
    }));
  return [...present.filter((vm) => vm.state !== 'gone' || vm.points > 0), ...gone];
}

export const activity = router({
  list: asking.input(checked(requests.activity.list)).query(({ ctx, input }) => listDeeds(ctx.home.state, input.limit)),
});

export const settings = router({
  get: asking.input(checked(requests.none)).query(({ ctx }) => readSettings(ctx.home.state)),
  set: doing
    .meta({ action: 'settings.change' })
    .input(checked(requests.settings.set))
    .mutation(({ ctx, input }) => {
      writeSettings(ctx.home.state, input);
      return input;
    }),
});

export const backups = router({
  start: doing
    .meta({ action: 'backup.start', subject: 'vms' })
    .input(checked(requests.backups.start))
    .mutation(async ({ ctx, input }) => {
      const { host, vms, consistency, truncateLogs, repository } = input;
      const copy = truncateLogs ? [] : ['--copy'];
      const command = ['backup', '--host', host, '--consistency', consistency, ...copy, '--vm', ...vms];
      return { run: await ctx.start({ kind: 'backup', repository, subjects: vms, command }) };
    }),
});
