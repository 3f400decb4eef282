import { HostkeepError, requests, type PublicationView } from '#contract';
import { discardByHand, stopPublication } from '../../publish/end-publication.ts';
import { listPublications, publicationOf } from '../../state/publications.ts';
import { rememberedPoint } from '../../state/points.ts';
import { asking, checked, doing, router } from '../trpc.ts';

/** Restore points that are served as disks. Each is a run too: its row says why one did not begin. */
export const publications = router({
  list: asking.input(checked(requests.none)).query(({ ctx }): readonly PublicationView[] => listPublications(ctx.home.state)),
  get: asking
    .input(checked(requests.publications.one))
    .query(({ ctx, input }): PublicationView => publicationOf(ctx.home.state, input.publication)),
  start: doing
    .meta({ action: 'point.publish', subject: 'point' })
    .input(checked(requests.publications.start))
    .mutation(async ({ ctx, input }) => {
      const point = rememberedPoint(ctx.home.state, input.repository, input.point);
      if (point === undefined) throw new HostkeepError('input/not-found', { point: input.point });
      const { id, disks, chap, initiators } = input;
      if (chap !== null && /[\r\n]/.test(chap.secret))
        throw new HostkeepError('input/invalid', { why: 'a secret with a line break' });
      const command = [
        'publish',
        input.point,
        '--listen',
        input.listen,
        '--overlay-limit',
        String(input.overlayLimitBytes),
        ...(id === null ? [] : ['--id', id]),
        ...(disks ?? []).flatMap((disk) => ['--disk', String(disk)]),
        ...(initiators ?? []).flatMap((name) => ['--initiator', name]),
        ...(chap === null ? [] : ['--chap-user', chap.user, '--chap-secret-stdin']),
      ];
      const secrets = chap === null ? [] : [chap.secret];
      return { run: await ctx.start({ kind: 'publish', repository: input.repository, subjects: [point.vm], command, secrets }) };
    }),
  stop: doing
    .meta({ action: 'point.unpublish', subject: 'publication' })
    .input(checked(requests.publications.one))
    .mutation(({ ctx, input }): Promise<PublicationView> => stopPublication(ctx.home.state, input.publication)),
  discard: doing
    .meta({ action: 'publication.discard', subject: 'publication' })
    .input(checked(requests.publications.one))
    .mutation(({ ctx, input }): Promise<PublicationView> => discardByHand(ctx.home.state, input.publication)),
});
