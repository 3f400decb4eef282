import { PlayCircle48Regular } from '@fluentui/react-icons';
import { Button } from '@fluentui/react-components';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useLocation } from 'wouter';
import type { RunView } from '#contract';
import { RunStateBadge } from '../components/badges.tsx';
import { Card, Page } from '../components/page.tsx';
import { Empty, Failure, Loading } from '../components/states.tsx';
import { Table, type Column } from '../components/table.tsx';
import { bytesText, durationText, percentText, timeText } from '../format/format.ts';
import { queries } from '../queries.ts';
import { useText } from '../use-text.ts';

export function Runs() {
  const say = useText();
  const [, go] = useLocation();
  const runs = useInfiniteQuery(queries.runs);
  const rows = useMemo(() => runs.data?.pages.flat() ?? [], [runs.data]);
  const columns: readonly Column<RunView>[] = [
    { id: 'state', title: say('run.state'), width: '128px', cell: (run) => <RunStateBadge state={run.state} /> },
    { id: 'kind', title: say('run.kind'), width: '124px', cell: (run) => say(`run.kind.${run.kind}`) },
    {
      id: 'subject',
      title: say('run.subject'),
      width: 'minmax(80px, 1fr)',
      cell: (run) => (run.kind === 'lab' ? '' : run.vms.join(', ')),
    },
    { id: 'started', title: say('run.started'), width: '142px', from: 480, cell: (run) => timeText(run.startedAt) },
    { id: 'took', title: say('run.took'), width: '64px', from: 620, right: true, cell: durationOf },
    {
      id: 'read',
      title: say('run.read'),
      width: '80px',
      from: 820,
      right: true,
      cell: (run) => (run.readBytes > 0 ? bytesText(run.readBytes) : ''),
    },
    {
      id: 'new',
      title: say('run.new'),
      width: '78px',
      from: 700,
      right: true,
      cell: (run) => (run.readBytes > 0 ? bytesText(run.newBytes) : ''),
    },
  ];
  return (
    <Page title={say('runs.title')} lead={say('runs.lead')}>
      <Card className="grow column">
        {runs.isError && runs.data === undefined ? (
          <Failure error={runs.error} retry={() => void runs.refetch()} />
        ) : runs.data === undefined ? (
          <Loading rows={8} />
        ) : rows.length === 0 ? (
          <Empty
            icon={<PlayCircle48Regular aria-hidden />}
            title={say('runs.empty')}
            action={
              <Button appearance="primary" onClick={() => go('/protect')}>
                {say('overview.protect')}
              </Button>
            }
          >
            {say('runs.empty.lead')}
          </Empty>
        ) : (
          <Table
            label={say('runs.title')}
            rows={rows}
            columns={columns}
            keyOf={(run) => run.id}
            onOpen={(run) => go(`/runs/${run.id}`)}
          />
        )}
        {runs.hasNextPage && (
          <div>
            <Button disabled={runs.isFetchingNextPage} onClick={() => void runs.fetchNextPage()}>
              {say('runs.older')}
            </Button>
          </div>
        )}
      </Card>
    </Page>
  );
}

function durationOf(run: RunView): string {
  if (run.endedAt !== null) return durationText(run.endedAt - run.startedAt);
  const { progress } = run;
  return progress === null || progress.totalBytes === 0 ? '\u2026' : percentText(progress.doneBytes / progress.totalBytes);
}
