import { HostkeepError, requests, type RotationView } from '#contract';
import { addRecoveryKey, changePassphrase, isRepository, removeLocks } from '#engine/repository';
import { folderStorage } from '#engine/storage';
import { renewPassphrase } from '../../jobs/passphrase.ts';
import { createRepositoryAt, openRepositoryAt, systemClock, systemRandom } from '../../repositories.ts';
import { addRepository, confirmKey, knownRepository, removeRepository, repositoryViews } from '../../state/repositories.ts';
import { fullPath } from '../full-path.ts';
import { rotationOf, vmsOfRotation } from '../rotation.ts';
import { syncRepository } from '../services.ts';
import { asking, checked, doing, router } from '../trpc.ts';

export const repositories = router({
  list: asking.input(checked(requests.none)).query(({ ctx }) => repositoryViews(ctx.home.state, (id) => ctx.vault.holds(id))),
  create: doing
    .meta({ action: 'repository.create', subject: 'name' })
    .input(checked(requests.repositories.create))
    .mutation(async ({ ctx, input }) => {
      const folder = fullPath(input.folder);
      const { repositoryId, recoveryKey } = await createRepositoryAt(folder, input.passphrase);
      const known = { id: repositoryId, name: input.name, folder };
      addRepository(ctx.home.state, known, ctx.now());
      const repository = await ctx.vault.unlock(known, input.passphrase, false);
      await repository.close();
      return { repository: repositoryId, recoveryKey };
    }),
  /** One that exists already, made by another console or moved here. */
  add: doing
    .meta({ action: 'repository.add', subject: 'name' })
    .input(checked(requests.repositories.add))
    .mutation(async ({ ctx, input }) => {
      const folder = fullPath(input.folder);
      const found = await openRepositoryAt(folder, async () => input.secret);
      await found.close();
      const known = { id: found.id, name: input.name, folder };
      const repository = await ctx.vault.unlock(known, found.remembered, false);
      try {
        addRepository(ctx.home.state, known, ctx.now());
        confirmKey(ctx.home.state, known.id);
        await syncRepository(ctx, repository);
      } finally {
        await repository.close();
      }
      return { repository: known.id };
    }),
  remove: doing
    .meta({ action: 'repository.remove', subject: 'repository' })
    .input(checked(requests.repositories.one))
    .mutation(async ({ ctx, input }) => {
      removeRepository(ctx.home.state, input.repository);
      await ctx.searching.forget(input.repository);
      await ctx.points.forget(input.repository);
      await ctx.vault.lock(input.repository);
      return input;
    }),
  unlock: doing
    .meta({ action: 'repository.unlock', subject: 'repository' })
    .input(checked(requests.repositories.unlock))
    .mutation(async ({ ctx, input }) => {
      const known = knownRepository(ctx.home.state, input.repository);
      const repository = await ctx.vault.unlock(known, input.secret, input.remember);
      try {
        await syncRepository(ctx, repository);
      } finally {
        await repository.close();
      }
      return { repository: known.id };
    }),
  lock: doing
    .meta({ action: 'repository.lock', subject: 'repository' })
    .input(checked(requests.repositories.one))
    .mutation(async ({ ctx, input }) => {
      await ctx.searching.forget(input.repository);
      await ctx.points.forget(input.repository);
      await ctx.vault.lock(input.repository);
      return input;
    }),
  /** Proves that the printed key, typed back, opens the repository. */
  confirmKey: doing
    .meta({ action: 'repository.confirm-key', subject: 'repository' })
    .input(checked(requests.repositories.confirmKey))
    .mutation(async ({ ctx, input }) => {
      const known = knownRepository(ctx.home.state, input.repository);
      const repository = await openRepositoryAt(known.folder, async () => input.key.trim());
      await repository.close();
      confirmKey(ctx.home.state, known.id);
      return { repository: known.id };
    }),
  addRecoveryKey: doing
    .meta({ action: 'repository.add-recovery-key', subject: 'repository' })
    .input(checked(requests.repositories.one))
    .mutation(({ ctx, input }) =>
      ctx.withRepository(input.repository, async (repository) => ({ recoveryKey: await addRecoveryKey(repository) })),
    ),
  /** In the place of the old one, which its keys need not have opened; `files` are those from which jobs and drills still read that. */
  changePassphrase: doing
    .meta({ action: 'repository.change-passphrase', subject: 'repository' })
    .input(checked(requests.repositories.changePassphrase))
    .mutation(async ({ ctx, input }): Promise<{ readonly files: readonly string[] }> => {
      const known = knownRepository(ctx.home.state, input.repository);
      await ctx.withRepository(known.id, (repository) => changePassphrase(repository, input.passphrase));
      await ctx.vault.renew(known, input.passphrase);
      const { files } = await renewPassphrase(ctx.home, known.folder, input.passphrase);
      return { files };
    }),
  /** For whoever knows that nobody works there: of a lock alone nobody can tell. */
  removeLocks: doing
    .meta({ action: 'repository.remove-locks', subject: 'repository' })
    .input(checked(requests.repositories.one))
    .mutation(async ({ ctx, input }) => {
      await ctx.points.forget(input.repository);
      const storage = folderStorage(knownRepository(ctx.home.state, input.repository).folder);
      if (!(await isRepository(storage))) throw new HostkeepError('repository/not-found', {});
      const removed = await removeLocks({ storage, clock: systemClock, random: systemRandom }, { all: true });
      return { removed: removed.length };
    }),
  check: doing
    .meta({ action: 'repository.check', subject: 'repository' })
    .input(checked(requests.repositories.check))
    .mutation(async ({ ctx, input }) => {
      const known = knownRepository(ctx.home.state, input.repository);
      const how = [...(input.readData ? ['--read-data'] : []), ...(input.repairIndex ? ['--repair-index'] : [])];
      // Repairing wants the repository for itself.
      if (input.repairIndex) await ctx.points.forget(known.id);
      const command = ['repo', 'check', ...how];
      return { run: await ctx.start({ kind: 'check', repository: known.id, subjects: [known.name], command }) };
    }),
  /** Which restore points were verified when, and which are next. */
  rotation: asking
    .input(checked(requests.repositories.rotation))
    .query(({ ctx, input }): RotationView => rotationOf(ctx.home.state, input.repository, input.limit)),
  verify: doing
    .meta({ action: 'repository.verify', subject: 'repository' })
    .input(checked(requests.repositories.verify))
    .mutation(async ({ ctx, input }) => {
      const known = knownRepository(ctx.home.state, input.repository);
      const subjects = vmsOfRotation(ctx.home.state, known.id, input.next);
      if (subjects.length === 0) throw new HostkeepError('input/not-found', { point: 'any' });
      const command = ['verify', ...(input.next === null ? ['--newest'] : ['--next', String(input.next)])];
      return { run: await ctx.start({ kind: 'verify', repository: known.id, subjects, command }) };
    }),
  compact: doing
    .meta({ action: 'repository.compact', subject: 'repository' })
    .input(checked(requests.repositories.one))
    .mutation(async ({ ctx, input }) => {
      const known = knownRepository(ctx.home.state, input.repository);
      // A compact wants the repository for itself: what this console only looked into must not stand in its way.
      await ctx.points.forget(known.id);
      return { run: await ctx.start({ kind: 'compact', repository: known.id, subjects: [known.name], command: ['compact'] }) };
    }),
});
