import { Button } from '@fluentui/react-components';
import {
  ArrowSync20Regular,
  CheckmarkCircle20Filled,
  Delete20Regular,
  Eye20Regular,
  Home20Regular,
  Record20Filled,
  Warning20Filled,
} from '@fluentui/react-icons';
import { useState, type ReactElement } from 'react';
import { Link, useLocation } from 'wouter';
import type { RecoveryState, RecoveryView } from '#contract';
import { api } from '../../api.ts';
import { useAct } from '../../components/act.tsx';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { ServedCard } from '../../components/served-card.tsx';
import { useUnlock } from '../../components/unlock.tsx';
import { agoText, bytesText, durationText, timeText } from '../../format/format.ts';
import { useText, type Say } from '../../use-text.ts';
import { FinaliseDialog } from './finalise-dialog.tsx';
import { LookAt } from './look-at.tsx';

const icons: Readonly<Record<RecoveryState, ReactElement>> = {
  starting: <Record20Filled className="live" aria-hidden />,
  running: <CheckmarkCircle20Filled className="good" aria-hidden />,
  finalising: <Record20Filled className="live" aria-hidden />,
  discarding: <Record20Filled className="live" aria-hidden />,
  interrupted: <Warning20Filled className="warn" aria-hidden />,
};

type Asked = 'finalise' | 'discard' | null;

export function RecoveryCard({ recovery }: { readonly recovery: RecoveryView }) {
  const say = useText();
  const [, go] = useLocation();
  const unlock = useUnlock();
  const [asked, setAsked] = useState<Asked>(null);
  const [looking, setLooking] = useState(false);
  const { id, state, definition, publicationState } = recovery;
  const onDone = (started: { readonly run: string } | null): void => {
    if (started !== null) go(`/runs/${started.run}`);
  };
  const discard = useAct(() => api.recoveries.discard.mutate({ recovery: id }), { onDone });
  const finalise = useAct(
    async ({ turnOff }: { readonly turnOff: boolean }) =>
      (await unlock(recovery.repository)) ? api.recoveries.finalise.mutate({ recovery: id, turnOff }) : null,
    { onDone },
  );
  const resume = useAct(
    async () => ((await unlock(recovery.repository)) ? api.recoveries.resume.mutate({ recovery: id }) : null),
    { onDone },
  );
  const isFree = state === 'running' || state === 'interrupted';
  const isLost = state !== 'starting' && publicationState !== 'serving' && publicationState !== 'starting';
  const actions = (
    <>
      <Button
        appearance="primary"
        icon={<Home20Regular />}
        disabled={!isFree || finalise.isPending}
        onClick={() => setAsked('finalise')}
      >
        {say('recovery.finalise')}
      </Button>
      <Button icon={<Delete20Regular />} disabled={!isFree || discard.isPending} onClick={() => setAsked('discard')}>
        {say('recovery.discard')}
      </Button>
      {isLost && (
        <Button icon={<ArrowSync20Regular />} disabled={!isFree || resume.isPending} onClick={() => resume.mutate(undefined)}>
          {say('recovery.resume')}
        </Button>
      )}
      <Button icon={<Eye20Regular />} aria-pressed={looking} onClick={() => setLooking(!looking)}>
        {say(looking ? 'recovery.look.stop' : 'recovery.look')}
      </Button>
    </>
  );
  return (
    <ServedCard
      title={definition.name}
      state={{ icon: icons[state], text: say(`recovery.state.${state}`) }}
      notes={
        <>
          {state === 'interrupted' && <div>{say('recovery.interrupted.why')}</div>}
          {definition.drill && <div>{say('recovery.drill')}</div>}
        </>
      }
      warning={isLost ? say('recovery.disks.lost') : null}
      facts={factsOf(say, recovery)}
      actions={actions}
      run={id}
    >
      {looking && <LookAt recovery={recovery} />}
      {asked === 'finalise' && (
        <FinaliseDialog
          recovery={recovery}
          onClose={(how) => {
            setAsked(null);
            if (how !== null) finalise.mutate(how);
          }}
        />
      )}
      {asked === 'discard' && (
        <ConfirmDialog
          title={say('recovery.discard.title', { name: definition.name })}
          deed={say('recovery.discard')}
          onClose={(sure) => {
            setAsked(null);
            if (sure) discard.mutate(undefined);
          }}
        >
          {say('recovery.discard.lead', { size: bytesText(recovery.usedBytes) })}
        </ConfirmDialog>
      )}
    </ServedCard>
  );
}

function factsOf(say: Say, recovery: RecoveryView) {
  const { definition, publicationState, startedAt, vm, repository, point } = recovery;
  const time = (value: number | null): string => (value === null ? '\u2013' : durationText(value));
  return [
    [say('vm.host'), recovery.host],
    [
      say('recovery.point'),
      <Link key="point" href={`/restore/${repository}/${point}`}>
        {say('recovery.point.of', { vm, point })}
      </Link>,
    ],
    [say('recovery.since'), `${timeText(startedAt)} (${agoText(startedAt)})`],
    [say('recovery.network'), definition.network ?? say('recovery.network.none')],
    [say('recovery.disks'), say(publicationState === null ? 'recovery.disks.gone' : `publication.state.${publicationState}`)],
    [say('recovery.written'), bytesText(recovery.usedBytes)],
    [
      say('recovery.times'),
      say('recovery.times.of', {
        served: time(definition.servedAfterMs),
        started: time(definition.startedAfterMs),
        heartbeat: time(definition.heartbeatAfterMs),
      }),
    ],
  ] as const;
}
