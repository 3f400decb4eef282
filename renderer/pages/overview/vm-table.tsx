import { useLocation } from 'wouter';
import type { VmView } from '#contract';
import { ConsistencyBadge, ProtectionBadge } from '../../components/badges.tsx';
import { EvidenceBadge } from '../../components/evidence-badge.tsx';
import { Table, type Column } from '../../components/table.tsx';
import { bytesText, timeText } from '../../format/format.ts';
import { useText } from '../../use-text.ts';

export function VmTable({ vms }: { readonly vms: readonly VmView[] }) {
  const say = useText();
  const [, go] = useLocation();
  const columns: readonly Column<VmView>[] = [
    {
      id: 'name',
      title: say('vm.name'),
      width: 'minmax(110px, 1.4fr)',
      cell: (vm) => (
        <div style={{ lineHeight: '17px' }}>
          <div className="strong clip">{vm.name}</div>
          <div className="small muted clip">
            {vm.state === 'gone' ? say('vm.gone') : `${vm.host}, ${say(`vm.state.${vm.state}`)}`}
          </div>
        </div>
      ),
    },
    { id: 'last', title: say('vm.last'), width: 'minmax(128px, 1.1fr)', cell: (vm) => <ProtectionBadge vm={vm} /> },
    {
      id: 'consistency',
      title: say('vm.consistency'),
      width: 'minmax(112px, 1fr)',
      cell: (vm) =>
        vm.last === null ? <span className="muted">{'\u2013'}</span> : <ConsistencyBadge consistency={vm.last.consistency} />,
    },
    {
      id: 'verified',
      title: say('vm.verified'),
      width: '62px',
      from: 560,
      cell: (vm) =>
        vm.verified === null ? <span className="muted">{'\u2013'}</span> : <EvidenceBadge evidence={vm.verified} short />,
    },
    {
      id: 'points',
      title: say('vm.points'),
      width: '64px',
      right: true,
      cell: (vm) => (
        <span title={vm.since === null ? undefined : say('vm.since', { time: timeText(vm.since) })}>{vm.points}</span>
      ),
    },
    { id: 'size', title: say('vm.size'), from: 640, width: '76px', right: true, cell: (vm) => bytesText(vm.sizeBytes) },
  ];
  return (
    <Table
      label={say('overview.vms')}
      rows={vms}
      columns={columns}
      rowHeight={50}
      keyOf={(vm) => `${vm.host}/${vm.id}`}
      onOpen={(vm) =>
        go(vm.last === null ? `/protect?vm=${encodeURIComponent(vm.id)}` : `/restore?vm=${encodeURIComponent(vm.id)}`)
      }
    />
  );
}
