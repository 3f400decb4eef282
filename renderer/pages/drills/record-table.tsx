import { useLocation } from 'wouter';
import type { DrillReport } from '#contract';
import { Table, type Column } from '../../components/table.tsx';
import { durationText, timeText } from '../../format/format.ts';
import { useText } from '../../use-text.ts';
import { wordText } from './record-words.ts';
import { DrillVerdictBadge } from './verdict-badge.tsx';

type Row = DrillReport['record'];

const rowHeight = 44;
const headHeight = 90;
const mostSeen = 8;

/** What drills have seen, newest first. */
export function RecordTable({ records }: { readonly records: readonly Row[] }) {
  const say = useText();
  const [, go] = useLocation();
  const time = (value: number | null): string => (value === null ? '\u2013' : durationText(value));
  const columns: readonly Column<Row>[] = [
    { id: 'at', title: say('record.at'), width: '168px', cell: ({ at }) => timeText(Date.parse(at)) },
    { id: 'vm', title: say('vm.name'), width: 'minmax(90px, 1fr)', cell: ({ vm }) => <span className="strong">{vm}</span> },
    {
      id: 'verdict',
      title: say('record.verdict'),
      width: '132px',
      cell: ({ verdict }) => <DrillVerdictBadge verdict={verdict} />,
    },
    { id: 'started', title: say('record.started'), width: '84px', right: true, cell: (row) => time(row.startedAfterMs) },
    { id: 'heartbeat', title: say('record.heartbeat'), width: '84px', right: true, cell: (row) => time(row.heartbeatAfterMs) },
    {
      id: 'data',
      title: say('record.data'),
      width: '110px',
      from: 700,
      cell: ({ verification }) => wordText(say, 'record.data', verification.verdict),
    },
  ];
  return (
    <div className="column" style={{ height: headHeight + rowHeight * Math.min(mostSeen, records.length) }}>
      <Table
        label={say('records.title')}
        rows={records}
        columns={columns}
        rowHeight={rowHeight}
        keyOf={({ run }) => run}
        onOpen={({ run }) => go(`/drills/${run}`)}
      />
    </div>
  );
}
