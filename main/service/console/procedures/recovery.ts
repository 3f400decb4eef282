import { HostkeepError, requests, type Evidence, type PointDetail, type PointView } from '#contract';
import { devicesOf } from '#engine/recovery';
import { listEvidence } from '#engine/repository';
import { forgetByHand, usualGraceDays } from '../../jobs/forget.ts';
import { rememberedPoint, rememberedPoints } from '../../state/points.ts';
import { fullPath } from '../full-path.ts';
import { syncRepository, type Services } from '../services.ts';
import { asking, checked, doing, router } from '../trpc.ts';

export const points = router({
  list: asking.input(checked(requests.points.list)).query(({ ctx, input }) => rememberedPoints(ctx.home.state, input)),
  get: asking.input(checked(requests.points.one)).query(async ({ ctx, input }): Promise<PointDetail> => {
    const point = known(ctx, input);
    const devices = await ctx.points.use(input.repository, input.point, (open) => devicesOf(open.point, open.volumes));
    return { point, devices };
  }),
  /** The reports of its verifications, newest first. */
  evidence: asking
    .input(checked(requests.points.one))
    .query(({ ctx, input }): Promise<readonly Evidence[]> =>
      ctx.points.use(input.repository, input.point, ({ repository }) => listEvidence(repository, input.point)),
    ),
  verify: doing
    .meta({ action: 'point.verify', subject: 'point' })
    .input(checked(requests.points.verify))
    .mutation(async ({ ctx, input }) => {
      const command = ['verify', input.point, ...(input.all ? ['--all'] : [])];
      const wish = { kind: 'verify', repository: input.repository, subjects: [known(ctx, input).vm], command } as const;
      return { run: await ctx.start(wish) };
    }),
  forget: doing
    .meta({ action: 'point.forget', subject: 'point' })
    .input(checked(requests.points.one))
    .mutation(({ ctx, input }) =>
      ctx.withRepository(input.repository, async (repository) => {
        const forgotten = await forgetByHand(repository, input.point, { graceDays: usualGraceDays, atOnce: false, by: ctx.user });
        await syncRepository(ctx, repository);
        return forgotten;
      }),
    ),
});

export const restore = router({
  files: doing
    .meta({ action: 'restore.files', subject: 'point' })
    .input(checked(requests.restore.files))
    .mutation(async ({ ctx, input }) => {
      refuseLineBreaks(input.paths);
      const command = ['restore-files', input.point, '--paths-stdin', '--to', fullPath(input.to), '--conflict', input.conflict];
      return { run: await startRestore(ctx, input, { kind: 'restore-files', command, lines: input.paths }) };
    }),
  zip: doing
    .meta({ action: 'restore.zip', subject: 'point' })
    .input(checked(requests.restore.zip))
    .mutation(async ({ ctx, input }) => {
      refuseLineBreaks(input.paths);
      const replaces = input.overwrite ? ['--conflict', 'overwrite'] : [];
      const command = ['restore-files', input.point, '--paths-stdin', '--zip', fullPath(input.file), ...replaces];
      return { run: await startRestore(ctx, input, { kind: 'restore-files', command, lines: input.paths }) };
    }),
  set: doing
    .meta({ action: 'restore.set', subject: 'point' })
    .input(checked(requests.restore.set))
    .mutation(async ({ ctx, input }) => {
      const { point, path, to, conflict } = input;
      if (!path.startsWith('/')) throw new HostkeepError('input/invalid', { why: 'a path in the restore point' });
      const command = ['object', 'restore', point, path, '--to', fullPath(to), '--conflict', conflict];
      return { run: await startRestore(ctx, input, { kind: 'restore-files', command }) };
    }),
  filesToGuest: doing
    .meta({ action: 'restore.files-to-guest', subject: 'point' })
    .input(checked(requests.restore.filesToGuest))
    .mutation(async ({ ctx, input }) => {
      const { point, paths, host, vm, folder, conflict } = input;
      refuseLineBreaks(paths);
      const into = ['--host', host, '--into-vm', vm, '--guest-folder', folder, '--conflict', conflict];
      const command = ['restore-files', point, '--paths-stdin', ...into];
      return { run: await startRestore(ctx, input, { kind: 'restore-files', command, lines: paths }) };
    }),
  disk: doing
    .meta({ action: 'restore.disk', subject: 'point' })
    .input(checked(requests.restore.disk))
    .mutation(async ({ ctx, input }) => {
      const { point, disk, format, to } = input;
      const command = ['restore-disk', point, '--disk', String(disk), '--format', format, '--to', fullPath(to)];
      return { run: await startRestore(ctx, input, { kind: 'restore-disk', command }) };
    }),
  diskToHost: doing
    .meta({ action: 'restore.disk-to-host', subject: 'point' })
    .input(checked(requests.restore.diskToHost))
    .mutation(async ({ ctx, input }) => {
      const { point, host, disk } = input;
      const command = ['restore-disk', point, '--replace', '--host', host, '--disk', String(disk)];
      return { run: await startRestore(ctx, input, { kind: 'restore-disk', command }) };
    }),
  vm: doing
    .meta({ action: 'restore.vm', subject: 'point' })
    .input(checked(requests.restore.vm))
    .mutation(async ({ ctx, input }) => {
      const command = ['restore-vm', input.point, '--to', fullPath(input.to)];
      return { run: await startRestore(ctx, input, { kind: 'restore-vm', command }) };
    }),
  vmToHost: doing
    .meta({ action: 'restore.vm-to-host', subject: 'point' })
    .input(checked(requests.restore.vmToHost))
    .mutation(async ({ ctx, input }) => {
      const { point, host, folder, name, as, disconnectNetwork, start } = input;
      const flags = [
        ...(name === null ? [] : ['--name', name]),
        ...identityFlags[as],
        ...(disconnectNetwork ? ['--disconnect-network'] : []),
        ...(start ? ['--start'] : []),
      ];
      const command = ['restore-vm', point, '--host', host, '--folder', folder, ...flags];
      return { run: await startRestore(ctx, input, { kind: 'restore-vm', command }) };
    }),
});

function refuseLineBreaks(paths: readonly string[]): void {
  if (paths.some((path) => /[\r\n\0]/.test(path)))
    throw new HostkeepError('input/invalid', { why: 'a path with a line break; restore the folder above it' });
}

const identityFlags = { new: ['--new-identity'], itself: [], replacement: ['--replace-vm'] } as const;

interface OfPoint {
  readonly repository: string;
  readonly point: string;
}

function startRestore(
  ctx: Services,
  of: OfPoint,
  wish: {
    readonly kind: 'restore-files' | 'restore-disk' | 'restore-vm';
    readonly command: readonly string[];
    readonly lines?: readonly string[];
  },
): Promise<string> {
  return ctx.start({ ...wish, repository: of.repository, subjects: [known(ctx, of).vm] });
}

function known(ctx: Services, of: OfPoint): PointView {
  const point = rememberedPoint(ctx.home.state, of.repository, of.point);
  if (point === undefined) throw new HostkeepError('input/not-found', { point: of.point });
  return point;
}
