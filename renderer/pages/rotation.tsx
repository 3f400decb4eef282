import { Button } from '@fluentui/react-components';
import { ArrowForward20Regular, ShieldTask20Regular, ShieldTask48Regular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { RepositoryView, RotationView } from '#contract';
import { api } from '../api.ts';
import { useAct } from '../components/act.tsx';
import { CommandButton } from '../components/command-button.tsx';
import { EvidenceBadge } from '../components/evidence-badge.tsx';
import { Card, Page } from '../components/page.tsx';
import { Empty, Failure, Loading } from '../components/states.tsx';
import { Table, type Column } from '../components/table.tsx';
import { useUnlock } from '../components/unlock.tsx';
import { agoText, numberText, timeText } from '../format/format.ts';
import { queries } from '../queries.ts';
import { useText } from '../use-text.ts';
import { NumberField } from './jobs/number-field.tsx';

/** Which restore points of a repository were verified when, which are next, and a trial of what one would restore tomorrow. */
export function Rotation({ repository }: { readonly repository: string }) {
  const say = useText();
  const repositories = useQuery(queries.repositories);
  const rotation = useQuery(queries.rotation(repository));
  const known = repositories.data?.find(({ id }) => id === repository);
  const title = known === undefined ? say('rotation.title') : say('rotation.of', { name: known.name });
  return (
    <Page title={title} lead={say('rotation.lead')}>
      {rotation.data === undefined || known === undefined ? (
        rotation.isError ? (
          <Failure error={rotation.error} retry={() => void rotation.refetch()} />
        ) : (
          <Loading rows={8} />
        )
      ) : rotation.data.points === 0 ? (
        <Card className="grow column">
          <Empty icon={<ShieldTask48Regular aria-hidden />} title={say('rotation.empty')}>
            {say('rotation.empty.lead')}
          </Empty>
        </Card>
      ) : (
        <Shown repository={known} rotation={rotation.data} />
      )}
    </Page>
  );
}

interface ShownProps {
  readonly repository: RepositoryView;
  readonly rotation: RotationView;
}

type Row = RotationView['order'][number] & { readonly place: number };

function Shown({ repository, rotation }: ShownProps) {
  const say = useText();
  const [, go] = useLocation();
  const { order, points } = rotation;
  const rows = order.map((point, index): Row => ({ ...point, place: index + 1 }));
  const columns: readonly Column<Row>[] = [
    { id: 'place', title: say('rotation.place'), width: '58px', right: true, from: 420, cell: ({ place }) => numberText(place) },
    {
      id: 'vm',
      title: say('vm.name'),
      width: 'minmax(90px, 1fr)',
      cell: ({ vm }) => (
        <span className="strong" title={vm}>
          {vm}
        </span>
      ),
    },
    { id: 'time', title: say('point.time'), width: '148px', cell: ({ time }) => timeText(time) },
    {
      id: 'grade',
      title: say('rotation.verified'),
      width: '152px',
      cell: ({ evidence }) => <EvidenceBadge evidence={evidence} />,
    },
    {
      id: 'when',
      title: say('rotation.when'),
      width: '128px',
      from: 560,
      cell: ({ evidence }) => <span className="muted">{evidence === null ? '\u2013' : agoText(evidence.at)}</span>,
    },
  ];
  return (
    <>
      <Sums rotation={rotation} />
      <div className="split fill">
        <Card title={say('rotation.order')} className="column">
          <Table
            label={say('rotation.order')}
            rows={rows}
            columns={columns}
            rowHeight={40}
            keyOf={({ id }) => id}
            onOpen={({ id }) => go(`/restore/${repository.id}/${id}`)}
          />
          {order.length < points && (
            <div className="small muted">{say('rotation.cut', { shown: order.length, points: numberText(points) })}</div>
          )}
        </Card>
        <div className="column" style={{ gap: 16 }}>
          <VerifyNext repository={repository} most={Math.min(1000, points)} />
          <TestRestore repository={repository} />
        </div>
      </div>
    </>
  );
}

function Sums({ rotation: { points, verified, damaged, oldestAt } }: { readonly rotation: RotationView }) {
  const say = useText();
  const oldest = oldestAt === null ? '' : ` ${say('rotation.sums.oldest', { time: timeText(oldestAt), ago: agoText(oldestAt) })}`;
  return (
    <div role="status">
      <span className="strong">
        {say('rotation.sums', { verified: numberText(verified), points: numberText(points), damaged: numberText(damaged) })}
      </span>
      {oldest}
    </div>
  );
}

/** Starts a verification, and goes where it is told. */
function useVerify(repository: string) {
  const [, go] = useLocation();
  const unlock = useUnlock();
  return useAct(
    async (next: number | null) => ((await unlock(repository)) ? api.repositories.verify.mutate({ repository, next }) : null),
    { onDone: (started) => started !== null && go(`/runs/${started.run}`) },
  );
}

function VerifyNext({ repository: { id, folder }, most }: { readonly repository: RepositoryView; readonly most: number }) {
  const say = useText();
  const verify = useVerify(id);
  const [wanted, setWanted] = useState(5);
  const count = Math.min(wanted, most);
  return (
    <Card title={say('rotation.next')} className="column">
      <div className="muted">{say('rotation.next.lead')}</div>
      <NumberField label={say('rotation.next.count')} value={count} least={1} most={most} onChange={setWanted} />
      <div className="actions">
        <Button
          appearance="primary"
          icon={<ArrowForward20Regular />}
          disabled={verify.isPending}
          onClick={() => verify.mutate(count)}
        >
          {say('rotation.next.do')}
        </Button>
        <CommandButton command={['hostkeep', 'verify', '--next', String(count), '--repo', folder]} />
      </div>
    </Card>
  );
}

function TestRestore({ repository: { id, folder } }: { readonly repository: RepositoryView }) {
  const say = useText();
  const verify = useVerify(id);
  return (
    <Card title={say('rotation.test')} className="column">
      <div className="muted">{say('rotation.test.lead')}</div>
      <div className="actions">
        <Button icon={<ShieldTask20Regular />} disabled={verify.isPending} onClick={() => verify.mutate(null)}>
          {say('rotation.test.do')}
        </Button>
        <CommandButton command={['hostkeep', 'verify', '--newest', '--repo', folder]} />
      </div>
    </Card>
  );
}
