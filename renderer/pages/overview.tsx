import { Button, ToggleButton } from '@fluentui/react-components';
import { ShieldAdd24Regular, Sparkle48Regular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { Link, useLocation } from 'wouter';
import type { OverviewView, RunView, VmView } from '#contract';
import { protectionOf, RunStateIcon, type Protection } from '../components/badges.tsx';
import { Card, Page } from '../components/page.tsx';
import { Empty, Failure, Loading } from '../components/states.tsx';
import { agoText, bytesText, percentText } from '../format/format.ts';
import { queries } from '../queries.ts';
import { runTitle } from '../format/run-title.ts';
import { useText } from '../use-text.ts';
import { Alerts } from './overview/alerts.tsx';
import { Attention } from './overview/attention.tsx';
import { NextRuns } from './overview/next-runs.tsx';
import { StorageCard } from './overview/storage-card.tsx';
import { VmTable } from './overview/vm-table.tsx';

export function Overview() {
  const say = useText();
  const [, go] = useLocation();
  const overview = useQuery(queries.overview);
  const vms = useQuery(queries.vms);
  const data = overview.data;
  if (overview.isError && data === undefined)
    return (
      <Page title={say('overview.title')}>
        <Failure error={overview.error} retry={() => void overview.refetch()} />
      </Page>
    );
  if (data === undefined || vms.data === undefined)
    return (
      <Page title={say('overview.title')}>
        <Loading rows={8} />
      </Page>
    );
  if (vms.data.length === 0 && data.repositories.length === 0)
    return (
      <Page title={say('overview.title')}>
        <Card className="grow column">
          <Empty
            icon={<Sparkle48Regular aria-hidden />}
            title={say('overview.empty')}
            action={
              <Button appearance="primary" size="large" onClick={() => go('/first-run')}>
                {say('overview.begin')}
              </Button>
            }
          >
            {say('overview.empty.lead')}
          </Empty>
        </Card>
      </Page>
    );
  return (
    <Page
      title={say('overview.title')}
      actions={
        <Button appearance="primary" icon={<ShieldAdd24Regular />} onClick={() => go('/protect')}>
          {say('overview.protect')}
        </Button>
      }
    >
      <Tiles data={data} />
      <div className="split wide">
        <VmsCard vms={vms.data} />
        <div className="side">
          <Card title={say('overview.attention')}>
            <Attention items={data.attention} />
          </Card>
          <Alerts />
          <Card title={say('overview.next')}>
            <NextRuns runs={data.next} />
          </Card>
          <StorageCard repositories={data.repositories} />
          <Card title={say('overview.recent')} className="roomy">
            <RecentRuns runs={data.recent} />
          </Card>
        </div>
      </div>
    </Page>
  );
}

function Tiles({ data }: { readonly data: OverviewView }) {
  const say = useText();
  const { vms, repositories, recent } = data;
  const stored = repositories.reduce((sum, one) => sum + one.storedBytes, 0);
  const logical = repositories.reduce((sum, one) => sum + one.logicalBytes, 0);
  const running = recent.filter((run) => run.state === 'running').length;
  const [last] = recent;
  const runFigure =
    running > 0 ? say('tile.running', { count: running }) : last === undefined ? '\u2013' : agoText(last.startedAt, 'short');
  return (
    <div className="tiles">
      <Tile label={say('tile.protected')} figure={say('tile.of', { count: vms.protected, total: vms.total })} tone="good">
        {say('tile.protected.share', { share: percentText(vms.total === 0 ? 0 : vms.protected / vms.total) })}
      </Tile>
      <Tile label={say('tile.unprotected')} figure={String(vms.unprotected)} tone={vms.unprotected > 0 ? 'bad' : 'good'}>
        {vms.outdated > 0 ? say('tile.outdated', { count: vms.outdated }) : say('tile.none-outdated')}
      </Tile>
      <Tile label={say('tile.storage')} figure={bytesText(stored)}>
        {logical > 0
          ? say('tile.saved', { share: percentText(1 - stored / logical), size: bytesText(logical) })
          : say('tile.no-data')}
      </Tile>
      <Tile label={say('tile.last-run')} figure={runFigure}>
        {last === undefined ? say('tile.no-run') : say(`run.kind.${last.kind}`)}
      </Tile>
    </div>
  );
}

interface TileProps {
  readonly label: string;
  readonly figure: string;
  readonly tone?: 'good' | 'bad';
  readonly children: string;
}

function Tile({ label, figure, tone, children }: TileProps) {
  return (
    <section className="card tile" aria-label={label}>
      <span className="small muted">{label}</span>
      <span className={`figure ${tone === 'bad' ? 'bad' : ''}`}>{figure}</span>
      <span className="small muted">{children}</span>
    </section>
  );
}

const filters = ['all', 'unprotected', 'outdated'] as const;

function VmsCard({ vms }: { readonly vms: readonly VmView[] }) {
  const say = useText();
  const [filter, setFilter] = useState<(typeof filters)[number]>('all');
  const shown = useMemo(() => {
    const order: Readonly<Record<Protection, number>> = { unprotected: 0, outdated: 1, protected: 2 };
    const wanted = vms.filter((vm) => filter === 'all' || (vm.state !== 'gone' && protectionOf(vm) === filter));
    return wanted.toSorted((a, b) => order[protectionOf(a)] - order[protectionOf(b)]);
  }, [vms, filter]);
  return (
    <Card
      title={say('overview.vms')}
      className="column"
      actions={
        <div className="row" role="group" aria-label={say('overview.filter')}>
          {filters.map((one) => (
            <ToggleButton key={one} size="small" shape="circular" checked={filter === one} onClick={() => setFilter(one)}>
              {say(`overview.filter.${one}`)}
            </ToggleButton>
          ))}
        </div>
      }
    >
      <div className="column" style={{ height: 'max(420px, calc(100vh - 300px))' }}>
        <VmTable vms={shown} />
      </div>
    </Card>
  );
}

function RecentRuns({ runs }: { readonly runs: readonly RunView[] }) {
  const say = useText();
  if (runs.length === 0) return <div className="muted">{say('overview.no-runs')}</div>;
  return (
    <ul className="list">
      {runs.slice(0, 6).map((run) => (
        <li key={run.id} className="item">
          <RunStateIcon state={run.state} />
          <div className="grow">
            <Link href={`/runs/${run.id}`} className="link">
              {runTitle(say, run)}
            </Link>
            <div className="small muted">
              {say(`run.state.${run.state}`)}, {agoText(run.startedAt)}
            </div>
          </div>
        </li>
      ))}
    </ul>
  );
}
