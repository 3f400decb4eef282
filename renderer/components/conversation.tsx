/** The recursive conversation of a backup, drawn from its recorded steps: console, host and guest, in the order it happened. */
import {
  CheckmarkCircle16Filled,
  CircleHalfFill16Regular,
  DismissCircle16Filled,
  SubtractCircle16Regular,
  Warning16Filled,
} from '@fluentui/react-icons';
import { useMemo, type ReactElement } from 'react';
import type { ErrorView, RecordedStep, RunState, StepState } from '#contract';
import { useText } from '../use-text.ts';
import { durationText } from '../format/format.ts';
import { groupTalk, type Said } from './talk.ts';
import { ErrorCard } from './states.tsx';
import { useTold } from './told.ts';

interface ConversationProps {
  readonly steps: readonly RecordedStep[];
  readonly startedAt: number;
  readonly run: RunState;
  /** Shown where the step failed. */
  readonly error: ErrorView | null;
}

const icons: Readonly<Record<StepState, ReactElement>> = {
  started: <CircleHalfFill16Regular className="live" aria-hidden />,
  done: <CheckmarkCircle16Filled className="good" aria-hidden />,
  warning: <Warning16Filled className="warn" aria-hidden />,
  failed: <DismissCircle16Filled className="bad" aria-hidden />,
  skipped: <SubtractCircle16Regular className="calm" aria-hidden />,
};

export function Conversation({ steps, startedAt, run, error }: ConversationProps) {
  const say = useText();
  const talk = useMemo(() => groupTalk(steps).map((said) => stopped(said, run)), [steps, run]);
  const failedAt = talk.findLastIndex((said) => said.state === 'failed');
  return (
    <div>
      <div className="talk-heads" aria-hidden>
        <div />
        <div>
          {say('talk.console')}
          <span className="small muted">{say('talk.console.role')}</span>
        </div>
        <div>
          {say('talk.host')}
          <span className="small muted">{say('talk.host.role')}</span>
        </div>
        <div>
          {say('talk.guest')}
          <span className="small muted">{say('talk.guest.role')}</span>
        </div>
      </div>
      <ol className="talk">
        {talk.map((said, index) => (
          <li key={said.key}>
            <div className="at">{durationText(said.at - startedAt)}</div>
            <div className="lanes">
              <Arrow from={talk[index - 1]} to={said} />
              <Bubble said={said} />
            </div>
            {index === failedAt && error !== null && (
              <div style={{ gridColumn: '2 / 5', padding: '4px 0 8px' }}>
                <ErrorCard error={error} quiet />
              </div>
            )}
          </li>
        ))}
      </ol>
    </div>
  );
}

/** What was begun when its run ended does not go on. */
function stopped(said: Said, run: RunState): Said {
  if (said.state !== 'started' || (run !== 'failed' && run !== 'cancelled')) return said;
  return { ...said, state: run === 'failed' ? 'failed' : 'skipped' };
}

function Bubble({ said }: { readonly said: Said }) {
  const say = useText();
  const told = useTold();
  const took = said.endedAt - said.at;
  return (
    <div className={`said side-${said.side} ${said.state}`}>
      <div className="row" style={{ gap: 6 }}>
        {icons[said.state]}
        <span className="strong grow">
          <span className="hidden">{say(`talk.${said.side}`)}: </span>
          {say(`step.${said.step}`)}
        </span>
        <span className="hidden">{say(`step.state.${said.state}`)}</span>
        {took >= 100 && <span className="small muted number">{durationText(took)}</span>}
      </div>
      {said.details.map((detail) => (
        <div key={detail} className="small muted">
          {told(detail)}
        </div>
      ))}
      {said.actors.length > 0 && (
        <div className="actors">
          {said.actors.map((actor) => (
            <span key={actor.name} className={actor.state}>
              {actor.state === 'failed' && icons.failed}
              {told(actor.name)}
              {actor.hresult !== undefined && <code>0x{actor.hresult.toString(16).toUpperCase().padStart(8, '0')}</code>}
            </span>
          ))}
        </div>
      )}
    </div>
  );
}

const centres = { console: 16.4, host: 50, guest: 83.6 } as const;

/** The word passes from one to the other. */
function Arrow({ from, to }: { readonly from: Said | undefined; readonly to: Said }) {
  if (from === undefined || from.side === to.side) return null;
  const [left, right] = [centres[from.side], centres[to.side]].toSorted((a, b) => a - b) as [number, number];
  return <div className="arrow" aria-hidden style={{ left: `${left}%`, width: `${right - left}%` }} />;
}
