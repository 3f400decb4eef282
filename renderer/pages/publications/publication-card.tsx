import { Button } from '@fluentui/react-components';
import {
  ArrowSync20Regular,
  CheckmarkCircle20Filled,
  Delete20Regular,
  Record20Filled,
  Stop20Regular,
  SubtractCircle20Regular,
  Warning20Filled,
} from '@fluentui/react-icons';
import { useState, type ReactElement } from 'react';
import { Link, useLocation } from 'wouter';
import type { PublicationState, PublicationView } from '#contract';
import { api } from '../../api.ts';
import { useAct } from '../../components/act.tsx';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { ServedCard } from '../../components/served-card.tsx';
import { useUnlock } from '../../components/unlock.tsx';
import { agoText, bytesText, timeText } from '../../format/format.ts';
import { useText, type Say } from '../../use-text.ts';
import { HowToConnect } from './how-to-connect.tsx';
import { untilServing } from './until-serving.ts';

const icons: Readonly<Record<PublicationState, ReactElement>> = {
  starting: <Record20Filled className="live" aria-hidden />,
  serving: <CheckmarkCircle20Filled className="good" aria-hidden />,
  stopped: <SubtractCircle20Regular className="calm" aria-hidden />,
  died: <Warning20Filled className="warn" aria-hidden />,
};

export function PublicationCard({ publication }: { readonly publication: PublicationView }) {
  const say = useText();
  const { id, state, vm, served, run } = publication;
  const isOfRecovery = id.startsWith('r-');
  return (
    <ServedCard
      title={say('publication.of', { vm, id })}
      state={{ icon: icons[state], text: say(`publication.state.${state}`) }}
      notes={
        isOfRecovery && (
          <div>
            <Link href="/recoveries">{say('publication.recovery')}</Link>
          </div>
        )
      }
      facts={factsOf(say, publication)}
      actions={!isOfRecovery && <Actions publication={publication} />}
      run={run}
    >
      {state === 'serving' && served !== null && !isOfRecovery && (
        <HowToConnect served={served} chapUser={publication.definition.chapUser} />
      )}
    </ServedCard>
  );
}

function factsOf(say: Say, publication: PublicationView) {
  const { repository, point, served, definition, sessions, usedBytes, startedAt } = publication;
  const { chapUser, initiators, overlayLimitBytes } = definition;
  const who = [...(chapUser === null ? [] : [say('publication.chap', { user: chapUser })]), ...(initiators ?? [])];
  return [
    [
      say('recovery.point'),
      <Link key="point" href={`/restore/${repository}/${point}`}>
        {point}
      </Link>,
    ],
    ...(served === null
      ? []
      : ([
          [
            say('publication.portal'),
            <span key="portal" className="mono">
              {served.portal}
            </span>,
          ],
          [
            say('publication.target'),
            <span key="target" className="mono">
              {served.iqn}
            </span>,
          ],
          [
            say('publication.luns'),
            served.luns
              .map(({ lun, disk, sizeBytes }) => say('publication.lun', { lun, disk, size: bytesText(sizeBytes) }))
              .join('; '),
          ],
        ] as const)),
    [say('publication.who'), who.length === 0 ? say('publication.who.all') : who.join(', ')],
    [say('publication.sessions'), say('publication.sessions.of', { count: sessions })],
    [say('recovery.written'), say('publication.written', { used: bytesText(usedBytes), limit: bytesText(overlayLimitBytes) })],
    [say('recovery.since'), `${timeText(startedAt)} (${agoText(startedAt)})`],
  ] as const;
}

function Actions({ publication }: { readonly publication: PublicationView }) {
  const say = useText();
  const [, go] = useLocation();
  const unlock = useUnlock();
  const [asked, setAsked] = useState(false);
  const { id, state, vm, definition, repository, point, served, usedBytes } = publication;
  const stop = useAct(() => api.publications.stop.mutate({ publication: id }));
  const discard = useAct(() => api.publications.discard.mutate({ publication: id }));
  const again = useAct(
    async () => {
      if (!(await unlock(repository))) return null;
      const { disks, initiators, overlayLimitBytes } = definition;
      const as = { disks: [...disks], initiators: initiators === null ? null : [...initiators], overlayLimitBytes };
      const where = { repository, point, id, listen: served?.portal ?? '127.0.0.1:0', chap: null };
      return untilServing((await api.publications.start.mutate({ ...where, ...as })).run);
    },
    { onDone: (place) => place !== null && go(place) },
  );
  if (state === 'starting' || state === 'serving')
    return (
      <Button icon={<Stop20Regular />} disabled={stop.isPending} onClick={() => stop.mutate(undefined)}>
        {say('publication.stop')}
      </Button>
    );
  return (
    <>
      {/* A secret is kept nowhere: with one it is published from its restore point, where it is typed again. */}
      <Button
        icon={<ArrowSync20Regular />}
        disabled={again.isPending}
        onClick={() => (definition.chapUser === null ? again.mutate(undefined) : go(`/restore/${repository}/${point}`))}
      >
        {say('publication.again')}
      </Button>
      <Button icon={<Delete20Regular />} disabled={discard.isPending} onClick={() => setAsked(true)}>
        {say('publication.discard')}
      </Button>
      {asked && (
        <ConfirmDialog
          title={say('publication.discard.title', { vm })}
          deed={say('publication.discard')}
          onClose={(sure) => {
            setAsked(false);
            if (sure) discard.mutate(undefined);
          }}
        >
          {say('publication.discard.lead', { size: bytesText(usedBytes) })}
        </ConfirmDialog>
      )}
    </>
  );
}
