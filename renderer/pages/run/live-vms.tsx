import { CheckmarkCircle16Filled, CircleHalfFill16Regular, DismissCircle16Filled, Warning16Filled } from '@fluentui/react-icons';
import type { ReactElement } from 'react';
import type { RunDetail } from '#contract';
import { Card } from '../../components/page.tsx';
import { percentText } from '../../format/format.ts';
import { useText } from '../../use-text.ts';
import { standingOfVms, type VmStanding } from './vm-standing.ts';

const icons: Readonly<Record<VmStanding['state'], ReactElement>> = {
  waiting: <CircleHalfFill16Regular className="calm" aria-hidden />,
  running: <CircleHalfFill16Regular className="live" aria-hidden />,
  done: <CheckmarkCircle16Filled className="good" aria-hidden />,
  warning: <Warning16Filled className="warn" aria-hidden />,
  failed: <DismissCircle16Filled className="bad" aria-hidden />,
};
const listed = 50;

/** While a backup of several VMs runs: at which step each is, how far, and how many wait. */
export function LiveVms({ detail: { run, steps } }: { readonly detail: RunDetail }) {
  const say = useText();
  if (run.state !== 'running' || run.kind !== 'backup' || run.vms.length < 2) return null;
  const all = standingOfVms(run, steps);
  const begun = all.filter((one) => one.state !== 'waiting');
  const ended = begun.filter(({ state }) => state !== 'running').length;
  return (
    <Card title={say('live.title')} className="column">
      <div className="small muted number" role="status">
        {say('live.count', { ended, count: all.length, waiting: all.length - begun.length })}
      </div>
      <ul className="list" aria-label={say('live.title')}>
        {begun.slice(0, listed).map((one) => (
          <VmLine key={one.vm} standing={one} />
        ))}
      </ul>
    </Card>
  );
}

function VmLine({ standing: { vm, state, step, share } }: { readonly standing: VmStanding }) {
  const say = useText();
  return (
    <li className="item">
      {icons[state]}
      <div className="grow column tight">
        <div className="row wrap">
          <span className="strong">{vm}</span>
          <span className="muted">{state === 'running' && step !== null ? say(`step.${step}`) : say(`live.state.${state}`)}</span>
          {share !== null && <span className="small muted number">{percentText(share)}</span>}
        </div>
        {share !== null && (
          <div
            className="bar"
            role="progressbar"
            aria-label={vm}
            aria-valuenow={Math.round(share * 100)}
            aria-valuemin={0}
            aria-valuemax={100}
          >
            <div style={{ width: `${share * 100}%` }} />
          </div>
        )}
      </div>
    </li>
  );
}
