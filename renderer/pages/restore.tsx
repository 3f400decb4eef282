import { Button, Input } from '@fluentui/react-components';
import {
  ArrowCounterclockwise48Regular,
  CursorClick24Regular,
  DocumentSearch20Regular,
  Search20Regular,
} from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useLocation, useSearch } from 'wouter';
import type { PointView, VmView } from '#contract';
import { ConsistencyBadge, ProtectionBadge } from '../components/badges.tsx';
import { EvidenceBadge } from '../components/evidence-badge.tsx';
import { Card, Page } from '../components/page.tsx';
import { Empty, Failure, Loading } from '../components/states.tsx';
import { Table, type Column } from '../components/table.tsx';
import { Timeline } from '../components/timeline.tsx';
import { agoText, bytesText, timeText } from '../format/format.ts';
import { queries } from '../queries.ts';
import { useText } from '../use-text.ts';

/** First VM, then time. */
export function Restore() {
  const say = useText();
  const [, go] = useLocation();
  const vms = useQuery(queries.vms);
  const [chosen, setChosen] = useState<string | null>(null);
  const search = useSearch();
  const [text, setText] = useState('');
  const wanted = chosen ?? new URLSearchParams(search).get('vm');
  const shown = useMemo(
    () => (vms.data ?? []).filter((vm) => vm.points > 0 && vm.name.toLowerCase().includes(text.toLowerCase())),
    [vms.data, text],
  );
  if (vms.data === undefined)
    return (
      <Page title={say('restore.title')}>
        {vms.isError ? <Failure error={vms.error} retry={() => void vms.refetch()} /> : <Loading />}
      </Page>
    );
  if (!vms.data.some((vm) => vm.points > 0))
    return (
      <Page title={say('restore.title')}>
        <Card className="grow column">
          <Empty icon={<ArrowCounterclockwise48Regular aria-hidden />} title={say('restore.empty')}>
            {say('restore.empty.lead')}
          </Empty>
        </Card>
      </Page>
    );
  const columns: readonly Column<VmView>[] = [
    { id: 'name', title: say('vm.name'), width: 'minmax(64px, 1fr)', cell: (vm) => <span className="strong">{vm.name}</span> },
    { id: 'last', title: say('vm.last'), width: '124px', cell: (vm) => <ProtectionBadge vm={vm} /> },
    { id: 'points', title: say('vm.points'), width: '56px', from: 300, right: true, cell: (vm) => vm.points },
  ];
  const find = (
    <Button icon={<DocumentSearch20Regular />} onClick={() => go('/restore/search')}>
      {say('search.title')}
    </Button>
  );
  return (
    <Page title={say('restore.title')} lead={say('restore.lead')} actions={find}>
      <div className="split fill" style={{ gridTemplateColumns: 'minmax(290px, 1fr) minmax(0, 1.7fr)' }}>
        <Card className="column" title={say('restore.vm')}>
          <Input
            contentBefore={<Search20Regular />}
            placeholder={say('vm.search')}
            aria-label={say('vm.search')}
            value={text}
            onChange={(_event, { value }) => setText(value)}
          />
          <Table
            label={say('restore.vm')}
            rows={shown}
            columns={columns}
            keyOf={(vm) => vm.name}
            selected={new Set(wanted === null ? [] : [wanted])}
            onOpen={(vm) => setChosen(vm.name)}
          />
        </Card>
        <Card className="column" title={wanted === null ? say('restore.time') : say('restore.time.of', { vm: wanted })}>
          {wanted === null ? (
            <Empty icon={<CursorClick24Regular aria-hidden />} title={say('restore.choose-vm')} />
          ) : (
            <Points key={wanted} vm={wanted} />
          )}
        </Card>
      </div>
    </Page>
  );
}

function Points({ vm }: { readonly vm: string }) {
  const say = useText();
  const [, go] = useLocation();
  const points = useQuery(queries.points(vm));
  const [seen, setSeen] = useState<string | null>(null);
  if (points.data === undefined)
    return points.isError ? <Failure error={points.error} retry={() => void points.refetch()} /> : <Loading />;
  const columns: readonly Column<PointView>[] = [
    { id: 'time', title: say('point.time'), width: '148px', cell: (point) => timeText(point.time) },
    {
      id: 'ago',
      title: say('point.ago'),
      width: 'minmax(110px, 1fr)',
      from: 700,
      cell: (point) => <span className="muted">{agoText(point.time)}</span>,
    },
    {
      id: 'consistency',
      title: say('vm.consistency'),
      width: 'minmax(126px, 1fr)',
      cell: (point) => <ConsistencyBadge consistency={point.consistency} />,
    },
    {
      id: 'verified',
      title: say('vm.verified'),
      width: '124px',
      from: 590,
      cell: (point) => <EvidenceBadge evidence={point.evidence} />,
    },
    {
      id: 'stored',
      title: say('point.stored'),
      width: '84px',
      from: 400,
      right: true,
      cell: (point) => bytesText(point.storedBytes),
    },
  ];
  const selected = seen ?? points.data[0]?.id ?? null;
  return (
    <>
      <Timeline points={points.data} selected={selected} onSelect={(point) => setSeen(point.id)} />
      <p className="muted small" style={{ margin: 0 }}>
        {say('restore.points.hint')}
      </p>
      <Table
        label={say('restore.time.of', { vm })}
        rows={points.data}
        columns={columns}
        keyOf={(point) => point.id}
        selected={new Set(selected === null ? [] : [selected])}
        onFocusRow={(point) => setSeen(point.id)}
        onOpen={(point) => go(`/restore/${point.repository}/${point.id}`)}
      />
    </>
  );
}
