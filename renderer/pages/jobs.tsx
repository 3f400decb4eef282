import { Button } from '@fluentui/react-components';
import {
  Add20Regular,
  CalendarClock24Regular,
  CheckmarkStarburst20Regular,
  Delete20Regular,
  Edit20Regular,
  Pause20Regular,
  Play20Regular,
} from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation, useSearch } from 'wouter';
import type { JobView, Retention } from '#contract';
import { api } from '../api.ts';
import { useAct } from '../components/act.tsx';
import { ConfirmDialog } from '../components/confirm-dialog.tsx';
import { Card, Page } from '../components/page.tsx';
import { Empty, Failure, Loading } from '../components/states.tsx';
import { wallClockText } from '../format/format.ts';
import { queries } from '../queries.ts';
import { useText, type Say } from '../use-text.ts';
import { JobForm } from './jobs/job-form.tsx';

/** What is backed up by itself, when, and kept how long. */
export function Jobs() {
  const say = useText();
  const jobs = useQuery(queries.jobs);
  const asked = new URLSearchParams(useSearch());
  const host = asked.get('host');
  const [making, setMaking] = useState(host !== null);
  const [editing, setEditing] = useState<string | null>(null);
  const add = (
    <Button appearance="primary" icon={<Add20Regular />} onClick={() => setMaking(true)}>
      {say('jobs.new')}
    </Button>
  );
  if (making) {
    const chosen = host === null ? {} : { chosen: { host, vms: asked.getAll('vm') } };
    return <JobForm job={null} {...chosen} onClose={() => setMaking(false)} />;
  }
  if (editing !== null) return <JobForm job={editing} onClose={() => setEditing(null)} />;
  return (
    <Page title={say('jobs.title')} lead={say('jobs.lead')} actions={add}>
      {jobs.data === undefined ? (
        jobs.isError ? (
          <Failure error={jobs.error} retry={() => void jobs.refetch()} />
        ) : (
          <Loading />
        )
      ) : jobs.data.length === 0 ? (
        <Card className="grow column">
          <Empty icon={<CalendarClock24Regular aria-hidden />} title={say('jobs.empty')}>
            {say('jobs.empty.lead')}
          </Empty>
        </Card>
      ) : (
        jobs.data.map((job) => <JobCard key={job.id} job={job} onEdit={() => setEditing(job.id)} />)
      )}
    </Page>
  );
}

function JobCard({ job, onEdit }: { readonly job: JobView; onEdit(): void }) {
  const say = useText();
  const [, go] = useLocation();
  const run = useAct(() => api.jobs.run.mutate({ job: job.id }), { onDone: ({ run }) => go(`/runs/${run}`) });
  const check = useAct(() => api.jobs.check.mutate({ job: job.id }), { onDone: ({ run }) => go(`/runs/${run}`) });
  const pause = useAct(() => api.jobs.pause.mutate({ job: job.id, paused: !job.paused }));
  const remove = useAct(() => api.jobs.remove.mutate({ job: job.id }));
  const [removing, setRemoving] = useState(false);
  const { retention } = job;
  return (
    <Card
      title={job.name}
      className="column"
      actions={
        <div className="actions">
          <Button size="small" icon={<Play20Regular />} disabled={run.isPending} onClick={() => run.mutate(undefined)}>
            {say('jobs.run')}
          </Button>
          <Button
            size="small"
            icon={<CheckmarkStarburst20Regular />}
            disabled={check.isPending}
            onClick={() => check.mutate(undefined)}
          >
            {say('hosts.check')}
          </Button>
          <Button size="small" icon={<Edit20Regular />} onClick={onEdit}>
            {say('jobs.change')}
          </Button>
          <Button size="small" icon={<Pause20Regular />} onClick={() => pause.mutate(undefined)}>
            {say(job.paused ? 'jobs.resume' : 'jobs.pause')}
          </Button>
          <Button size="small" icon={<Delete20Regular />} onClick={() => setRemoving(true)}>
            {say('jobs.remove')}
          </Button>
        </div>
      }
    >
      <dl className="facts">
        <dt>{say('jobs.what')}</dt>
        <dd>
          {job.host}: {job.vms === null ? say('jobs.all') : job.vms.join(', ')}
        </dd>
        <dt>{say('jobs.when')}</dt>
        <dd>{say(`jobs.recurrence.${job.recurrence}`)}</dd>
        <dt>{say('jobs.next')}</dt>
        <dd className="number">
          {job.paused ? say('jobs.paused') : job.next === null ? say('jobs.recurrence.manual') : wallClockText(job.next.local)}
        </dd>
        <dt>{say('jobs.keeps')}</dt>
        <dd>{retention === null ? say('jobs.keeps.all') : keptText(say, retention)}</dd>
        <dt>{say('protect.repository')}</dt>
        <dd className="mono">{job.repository}</dd>
      </dl>
      {removing && (
        <ConfirmDialog
          title={say('jobs.remove.title')}
          deed={say('jobs.remove')}
          onClose={(sure) => {
            setRemoving(false);
            if (sure) remove.mutate(undefined);
          }}
        >
          {say('jobs.remove.lead', { name: job.name })}
        </ConfirmDialog>
      )}
    </Card>
  );
}

const rules = ['hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const;

function keptText(say: Say, retention: Retention): string {
  return rules
    .flatMap((rule) => (retention[rule] === 0 ? [] : [say(`jobs.keeps.${rule}`, { count: retention[rule] })]))
    .join(', ');
}
