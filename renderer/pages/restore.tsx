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
  const asked = chosen ?? new URLSearchParams(search).get('vm');
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
  const wanted = vmOf(vms.data, asked);
  const hosts = new Set(vms.data.flatMap(({ host }) => (host === '' ? [] : [host])));
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
    {
      id: 'name',
      title: say('vm.name'),
      width: 'minmax(64px, 1fr)',
      cell: (vm) => (
        <span title={vm.host === '' ? vm.name : `${vm.name}, ${vm.host}`}>
          <span className="strong">{vm.name}</span> {hosts.size > 1 && <span className="small muted">{vm.host}</span>}
        </span>
      ),
    },
    { id: 'last', title: say('vm.last'), width: '136px', cell: (vm) => <ProtectionBadge vm={vm} /> },
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
          {shown.length === 0 && <div className="muted">{say('filter.nothing')}</div>}
          <Table
            label={say('restore.vm')}
            rows={shown}
            columns={columns}
            keyOf={keyOf}
            selected={new Set(wanted === undefined ? [] : [keyOf(wanted)])}
            onOpen={(vm) => setChosen(vm.id)}
          />
        </Card>
        <Card className="column" title={wanted === undefined ? say('restore.time') : say('restore.time.of', { vm: wanted.name })}>
          {wanted === undefined ? (
            <Empty icon={<CursorClick24Regular aria-hidden />} title={say('restore.choose-vm')} />
          ) : (
            <Points key={wanted.id} vm={wanted} />
          )}
        </Card>
      </div>
    </Page>
  );
}

/** Two hosts can have a VM of one id: it was moved. */
function keyOf(vm: VmView): string {
  return `${vm.host}/${vm.id}`;
}

/** By id; by name where another page knows no more. */
function vmOf(vms: readonly VmView[], asked: string | null): VmView | undefined {
  return vms.find(({ id }) => id === asked) ?? vms.find(({ name, points }) => name === asked && points > 0);
}

function Points({ vm }: { readonly vm: VmView }) {
  const say = useText();
  const [, go] = useLocation();
  const points = useQuery(queries.points(vm.id));
  const [seen, setSeen] = useState<string | null>(null);
  if (points.data === undefined)
    return points.isError ? <Failure error={points.error} retry={() => void points.refetch()} /> : <Loading />;
  if (points.data.length === 0) return <div className="muted">{say('restore.points.none')}</div>;
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
        label={say('restore.time.of', { vm: vm.name })}
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
