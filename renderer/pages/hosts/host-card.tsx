import { Button } from '@fluentui/react-components';
import { ArrowSync20Regular, Broom20Regular, CheckmarkStarburst20Regular, Delete20Regular } from '@fluentui/react-icons';
import { useIsFetching, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { HostView } from '#contract';
import { api } from '../../api.ts';
import { useAct } from '../../components/act.tsx';
import { CheckItems } from '../../components/check-items.tsx';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Card } from '../../components/page.tsx';
import { ErrorCard, Failure, Loading } from '../../components/states.tsx';
import { agoText } from '../../format/format.ts';
import { queries } from '../../queries.ts';
import { useText } from '../../use-text.ts';
import { LabCard } from './lab-card.tsx';

export function HostCard({ host }: { readonly host: HostView }) {
  const say = useText();
  const [checking, setChecking] = useState(false);
  const questions = useQueryClient();
  const { queryKey } = queries.check(host.name);
  const isAsked = useIsFetching({ queryKey }) > 0;
  /** Whoever asks again wants to know how it is now. */
  const check = (): void => {
    if (checking) void questions.invalidateQueries({ queryKey });
    setChecking(true);
  };
  const refresh = useAct(() => api.hosts.refresh.mutate({ host: host.name }));
  const remove = useAct(() => api.hosts.remove.mutate({ host: host.name }));
  const [removing, setRemoving] = useState(false);
  const isLab = host.kind === 'lab';
  if (isLab && host.error?.code === 'lab/not-created') return <LabCard created={false} />;
  return (
    <Card
      title={host.name}
      className="column"
      actions={
        <div className="actions">
          <Button
            size="small"
            icon={<ArrowSync20Regular />}
            disabled={refresh.isPending}
            onClick={() => refresh.mutate(undefined)}
          >
            {say('hosts.refresh')}
          </Button>
          <Button size="small" icon={<CheckmarkStarburst20Regular />} disabledFocusable={isAsked} onClick={check}>
            {say(isAsked ? 'state.working' : 'hosts.check')}
          </Button>
          {!isLab && (
            <Button size="small" icon={<Delete20Regular />} disabled={remove.isPending} onClick={() => setRemoving(true)}>
              {say('hosts.remove')}
            </Button>
          )}
        </div>
      }
    >
      <dl className="facts">
        <dt>{say('hosts.kind')}</dt>
        <dd>{say(isLab ? 'hosts.kind.lab' : 'hosts.kind.hyper-v')}</dd>
        {!isLab && (
          <>
            <dt>{say('hosts.address')}</dt>
            <dd>{host.address ?? say('hosts.here')}</dd>
            <dt>{say('hosts.user')}</dt>
            <dd>{host.user ?? say('hosts.yourself')}</dd>
          </>
        )}
        <dt>{say('hosts.vms')}</dt>
        <dd>{host.seenAt === null ? say('hosts.never') : say('hosts.seen', { count: host.vms, ago: agoText(host.seenAt) })}</dd>
      </dl>
      {host.error !== null && <ErrorCard error={host.error} quiet />}
      {checking && <Checks host={host.name} />}
      {isLab && <LabCard created />}
      {removing && (
        <ConfirmDialog
          title={say('hosts.remove.title')}
          deed={say('hosts.remove')}
          onClose={(sure) => {
            setRemoving(false);
            if (sure) remove.mutate(undefined);
          }}
        >
          {say('hosts.remove.lead', { name: host.name })}
        </ConfirmDialog>
      )}
    </Card>
  );
}

/** Whether backups can work there, each finding with its remedy. */
export function Checks({ host }: { readonly host: string }) {
  const say = useText();
  const checks = useQuery(queries.check(host));
  const clean = useAct(() => api.hosts.clean.mutate({ host }));
  if (checks.isError) return <Failure error={checks.error} retry={() => void checks.refetch()} />;
  if (checks.data === undefined) return <Loading rows={3} />;
  const { residue } = checks.data;
  return (
    <div className="column">
      <CheckItems checks={checks.data.checks} />
      {residue.length > 0 && (
        <div className="row">
          <span className="grow">
            {say('hosts.residue', { count: residue.length, vms: residue.map((item) => item.vm).join(', ') })}
          </span>
          <Button icon={<Broom20Regular />} disabled={clean.isPending} onClick={() => clean.mutate(undefined)}>
            {say('hosts.clean')}
          </Button>
        </div>
      )}
    </div>
  );
}
