import { Button } from '@fluentui/react-components';
import { Stop20Regular } from '@fluentui/react-icons';
import { Link } from 'wouter';
import type { RunDetail, RunOfSeries } from '#contract';
import { api } from '../../api.ts';
import { useAct } from '../../components/act.tsx';
import { RunStateBadge } from '../../components/badges.tsx';
import { Card } from '../../components/page.tsx';
import { percentText } from '../../format/format.ts';
import { useText } from '../../use-text.ts';

const listed = 100;

/** The other VMs of the drill that this run is a part of: how far each is, and an end to one of them or to all. */
export function SeriesRuns({ detail: { run, series } }: { readonly detail: RunDetail }) {
  const say = useText();
  const all = useAct(() => api.runs.cancel.mutate({ run: run.id, series: true }));
  if (series.length < 2) return null;
  const going = series.filter(({ state }) => state === 'running');
  const isAsked = going.every(({ cancelRequested }) => cancelRequested);
  return (
    <Card
      title={say('series-runs.title')}
      className="column"
      actions={
        going.length > 0 && (
          <Button
            size="small"
            icon={<Stop20Regular />}
            disabled={isAsked}
            disabledFocusable={all.isPending}
            onClick={() => all.mutate(undefined)}
          >
            {say('series-runs.cancel')}
          </Button>
        )
      }
    >
      <div className="small muted number" role="status">
        {say('series-runs.count', { ended: series.length - going.length, count: series.length })}
      </div>
      <ul className="list" aria-label={say('series-runs.title')}>
        {series.slice(0, listed).map((one) => (
          <RunLine key={one.id} run={one} isShown={one.id === run.id} />
        ))}
      </ul>
      {series.length > listed && <div className="small muted">{say('series-runs.more', { count: series.length - listed })}</div>}
    </Card>
  );
}

function RunLine({ run, isShown }: { readonly run: RunOfSeries; readonly isShown: boolean }) {
  const say = useText();
  const cancel = useAct(() => api.runs.cancel.mutate({ run: run.id, series: false }));
  const { id, state, vms, progress, cancelRequested } = run;
  const vm = vms.join(', ');
  const isGoing = state === 'running';
  const isWaiting = isGoing && progress?.phase.startsWith('waiting: ') === true;
  const share = isGoing && progress !== null && progress.totalBytes > 0 ? progress.doneBytes / progress.totalBytes : null;
  return (
    <li className="item">
      <div style={{ minWidth: 150 }}>
        {isWaiting ? <span className="muted">{say('live.state.waiting')}</span> : <RunStateBadge state={state} />}
      </div>
      <div className="grow column tight">
        <div className="row wrap">
          <Link href={`/runs/${id}`} aria-current={isShown ? 'page' : undefined} className={isShown ? 'strong' : undefined}>
            {vm}
          </Link>
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
      {isGoing && (
        <Button
          size="small"
          aria-label={say('series-runs.cancel-one', { vm })}
          disabled={cancelRequested}
          disabledFocusable={cancel.isPending}
          onClick={() => cancel.mutate(undefined)}
        >
          {say('act.cancel')}
        </Button>
      )}
    </li>
  );
}
