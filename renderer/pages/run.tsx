import { Button } from '@fluentui/react-components';
import { ArrowClockwise20Regular, Stop20Regular } from '@fluentui/react-icons';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { Link, useLocation } from 'wouter';
import type { RunDetail, RunView } from '#contract';
import { api } from '../api.ts';
import { useAct } from '../components/act.tsx';
import { RunStateBadge } from '../components/badges.tsx';
import { CommandButton } from '../components/command-button.tsx';
import { Conversation } from '../components/conversation.tsx';
import { CopyButton } from '../components/copy-button.tsx';
import { Card, Page } from '../components/page.tsx';
import { RunProgressBar } from '../components/run-progress.tsx';
import { ErrorCard, Failure, Loading } from '../components/states.tsx';
import { Tabs } from '../components/tabs.tsx';
import { useUnlock } from '../components/unlock.tsx';
import { bytesText, durationText, numberText, timeText } from '../format/format.ts';
import { queries } from '../queries.ts';
import { runTitle } from '../format/run-title.ts';
import { useText } from '../use-text.ts';
import { LiveVms } from './run/live-vms.tsx';
import { Report } from './run/report.tsx';
import { SeriesRuns } from './run/series-runs.tsx';
import { VmOutcomes } from './run/vm-outcomes.tsx';

export function RunPage({ id }: { readonly id: string }) {
  const say = useText();
  const detail = useQuery(queries.run(id));
  useAnewAfter(detail.data?.run.state);
  if (detail.data !== undefined) return <Shown detail={detail.data} />;
  return (
    <Page title={say('run.title')}>
      {detail.isError ? <Failure error={detail.error} retry={() => void detail.refetch()} /> : <Loading rows={8} />}
    </Page>
  );
}

/** What a run has done shows on the pages that one comes back to. */
function useAnewAfter(state: RunView['state'] | undefined): void {
  const questions = useQueryClient();
  const before = useRef(state);
  useEffect(() => {
    if (before.current === 'running' && state !== 'running') void questions.invalidateQueries();
    before.current = state;
  }, [questions, state]);
}

function Shown({ detail }: { readonly detail: RunDetail }) {
  const say = useText();
  const { run, steps } = detail;
  const title = runTitle(say, run);
  return (
    <Page title={title} actions={<Actions run={run} />}>
      <Card className="column">
        <div className="row wrap" style={{ gap: 20 }} role="status" aria-label={say('run.state')}>
          <RunStateBadge state={run.state} />
          <span className="muted number">{timeText(run.startedAt)}</span>
          {run.endedAt !== null && (
            <span className="muted number">{say('run.after', { time: durationText(run.endedAt - run.startedAt) })}</span>
          )}
          {run.readBytes > 0 && (
            <span className="muted number">
              {say('run.sums', { read: bytesText(run.readBytes), stored: bytesText(run.newBytes) })}
            </span>
          )}
          <span className="muted row" style={{ gap: 5 }}>
            {say('run.id')} <span className="mono">{run.id}</span>
            <CopyButton appearance="subtle" size="small" label={say('run.copy-id')} text={run.id} />
          </span>
        </div>
        {run.state === 'running' &&
          (run.kind === 'publish' ? (
            <Link href="/publications">{say('publish.running')}</Link>
          ) : (
            <RunProgressBar progress={run.progress} />
          ))}
        {run.cancelRequested && run.state === 'running' && <div className="muted">{say('run.cancelling')}</div>}
        {run.errorView !== null && run.vmOutcomes.every((vm) => vm.error === null) && <ErrorCard error={run.errorView} quiet />}
        {run.cost !== null && run.cost.readBytes > 0 && (
          <div className="small muted number">
            {say('run.cost', {
              time: durationText(run.cost.readMs),
              peak: bytesText(run.cost.peakBytesPerSecond),
              latency: numberText(Math.round(run.cost.latencyMs * 10) / 10),
            })}
          </div>
        )}
        <Report run={run} />
      </Card>
      <SeriesRuns detail={detail} />
      <LiveVms detail={detail} />
      <VmOutcomes run={run} />
      {steps.length > 0 && <Talk detail={detail} />}
    </Page>
  );
}

function Talk({ detail }: { readonly detail: RunDetail }) {
  const say = useText();
  const { run, steps } = detail;
  const vms = [...new Set(steps.flatMap((step) => (step.vm === null ? [] : [step.vm])))];
  const failed = run.vmOutcomes.find((vm) => vm.error !== null)?.vm;
  const [chosen, setChosen] = useState<string | null>(null);
  const newest = run.state === 'running' ? vms.at(-1) : undefined;
  const vm = chosen ?? newest ?? failed ?? vms[0] ?? null;
  const outcome = run.vmOutcomes.find((one) => one.vm === vm);
  const error = outcome?.error ?? null;
  return (
    <Card title={say('talk.title')}>
      <p className="muted" style={{ margin: '0 0 12px' }}>
        {say('talk.lead')}
      </p>
      {vms.length > 1 && <Tabs label={say('talk.vms')} tabs={vms} current={vm} onSelect={setChosen} />}
      <Conversation steps={steps.filter((step) => step.vm === vm)} startedAt={run.startedAt} run={run.state} error={error} />
    </Card>
  );
}

function Actions({ run }: { readonly run: RunView }) {
  const say = useText();
  const [, go] = useLocation();
  const unlock = useUnlock();
  const cancel = useAct(() => api.runs.cancel.mutate({ run: run.id, series: false }));
  const retry = useAct(
    async () => {
      const isBySchedule = run.command?.[1] === 'job' && run.command[2] === 'run';
      if (run.repository !== '' && !isBySchedule && !(await unlock(run.repository))) return null;
      return api.runs.retry.mutate({ run: run.id });
    },
    { onDone: (started) => started !== null && go(`/runs/${started.run}`) },
  );
  return (
    <>
      {run.command !== null && <CommandButton command={run.command} />}
      {run.state === 'running' ? (
        <Button
          icon={<Stop20Regular />}
          disabled={run.cancelRequested || cancel.isPending}
          onClick={() => cancel.mutate(undefined)}
        >
          {say('run.cancel')}
        </Button>
      ) : (
        run.again && (
          <Button icon={<ArrowClockwise20Regular />} disabled={retry.isPending} onClick={() => retry.mutate(undefined)}>
            {say('run.retry')}
          </Button>
        )
      )}
    </>
  );
}
