import { Button } from '@fluentui/react-components';
import { Beaker24Regular, Server24Regular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api } from '../../api.ts';
import { useAct } from '../../components/act.tsx';
import { ErrorCard, Loading } from '../../components/states.tsx';
import { queries } from '../../queries.ts';
import { useText } from '../../use-text.ts';
import { AddHostDialog } from '../hosts/add-host.tsx';

/** A real host, or the lab. */
export function HostStep({ onDone }: { onDone(host: string): void }) {
  const say = useText();
  const hosts = useQuery(queries.hosts);
  const [adding, setAdding] = useState(false);
  const [making, setMaking] = useState<string | null>(null);
  const run = useQuery({ ...queries.run(making ?? ''), enabled: making !== null });
  const refresh = useAct(() => api.hosts.refresh.mutate({ host: 'lab' }), { onDone: () => onDone('lab') });
  const create = useAct(() => api.lab.create.mutate({}), { onDone: (started) => setMaking(started.run) });
  const state = run.data?.run.state;
  const failure = run.data?.run.errorView ?? null;
  const readLab = refresh.mutate;
  useEffect(() => {
    if (state === 'success') readLab(undefined);
  }, [state, readLab]);
  if (hosts.data === undefined) return <Loading rows={2} />;
  const real = hosts.data.filter((host) => host.kind === 'hyper-v');
  const lab = hosts.data.find((host) => host.kind === 'lab');
  const hasLab = (lab?.vms ?? 0) > 0;
  const isMaking = create.isPending || state === 'running' || refresh.isPending;
  return (
    <>
      {real.map((host) => (
        <button key={host.name} type="button" className="choice" onClick={() => onDone(host.name)}>
          <Server24Regular />
          <span className="column tight">
            <span className="strong">{host.name}</span>
            <span className="small muted">{say('first.host.known', { count: host.vms })}</span>
          </span>
        </button>
      ))}
      <button type="button" className="choice" onClick={() => setAdding(true)}>
        <Server24Regular />
        <span className="column tight">
          <span className="strong">{say('first.host.real')}</span>
          <span className="small muted">{say('first.host.real.lead')}</span>
        </span>
      </button>
      <button
        type="button"
        className="choice"
        disabled={isMaking}
        onClick={() => (hasLab ? onDone('lab') : create.mutate(undefined))}
      >
        <Beaker24Regular />
        <span className="column tight">
          <span className="strong">{say(hasLab ? 'first.host.lab.there' : 'first.host.lab')}</span>
          <span className="small muted">{say('first.host.lab.lead')}</span>
        </span>
      </button>
      {isMaking && <div role="status">{say('first.host.making')}</div>}
      {failure !== null && (
        <ErrorCard error={failure} action={<Button onClick={() => refresh.mutate(undefined)}>{say('state.retry')}</Button>} />
      )}
      {adding && <AddHostDialog onClose={() => setAdding(false)} />}
    </>
  );
}
