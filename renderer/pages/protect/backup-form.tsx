import { Button, Field, Radio, RadioGroup, Switch } from '@fluentui/react-components';
import { CalendarClock20Regular, Play20Regular } from '@fluentui/react-icons';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { BackupWish, RepositoryView, VmView } from '#contract';
import { Choice } from '../../components/choice.tsx';
import { api } from '../../api.ts';
import { useAct } from '../../components/act.tsx';
import { CommandButton } from '../../components/command-button.tsx';
import { Failure } from '../../components/states.tsx';
import { useUnlock } from '../../components/unlock.tsx';
import { bytesText } from '../../format/format.ts';
import { useText } from '../../use-text.ts';
import { specsOf } from '../jobs/chosen-vms.ts';

interface BackupFormProps {
  /** Those that were picked. */
  readonly vms: readonly VmView[];
  /** All that could be picked: a name that several have tells none of them. */
  readonly here: readonly VmView[];
  readonly repositories: readonly RepositoryView[];
  /** What else is done when the repository is open, before the run starts: the guide makes a job. */
  readonly also?: (wish: BackupWish) => Promise<unknown>;
  /** Why it cannot start yet. */
  readonly blocked?: boolean;
}

const policies = ['require', 'warn', 'allow'] as const;

export function BackupForm({ vms, here, repositories, also, blocked = false }: BackupFormProps) {
  const say = useText();
  const [, go] = useLocation();
  const unlock = useUnlock();
  const [chosen, setChosen] = useState<string | null>(null);
  const [consistency, setConsistency] = useState<BackupWish['consistency']>('warn');
  const [truncateLogs, setTruncateLogs] = useState(true);
  const repository = repositories.find((one) => one.id === chosen) ?? repositories[0]!;
  const hosts = [...new Set(vms.map((vm) => vm.host))];
  const host = hosts[0] ?? '';
  const specs = specsOf(vms, { chosen: [], here: here.filter((vm) => vm.host === host) });
  const act = useAct(
    async () => {
      if (!(await unlock(repository.id))) return null;
      const wish = { host, repository: repository.id, vms: specs, consistency, truncateLogs };
      await also?.(wish);
      return api.backups.start.mutate(wish);
    },
    { silent: true, onDone: (started) => started !== null && go(`/runs/${started.run}`) },
  );
  const command = ['hostkeep', 'backup', '--host', host, '--consistency', consistency, ...(truncateLogs ? [] : ['--copy'])];
  return (
    <>
      <div className="strong" role="status">
        {say('protect.picked', { count: vms.length, size: bytesText(vms.reduce((sum, vm) => sum + vm.sizeBytes, 0)) })}
      </div>
      <Choice
        label={say('protect.repository')}
        value={repository.id}
        values={repositories.map(({ id }) => id)}
        textOf={(id) => repositories.find((one) => one.id === id)?.name ?? ''}
        onChange={setChosen}
      />
      <Field label={say('protect.consistency')}>
        <RadioGroup value={consistency} onChange={(_event, { value }) => setConsistency(value as BackupWish['consistency'])}>
          {policies.map((policy) => (
            <Radio key={policy} value={policy} label={say(`protect.policy.${policy}`)} />
          ))}
        </RadioGroup>
      </Field>
      <Switch
        checked={truncateLogs}
        onChange={(_event, { checked }) => setTruncateLogs(checked)}
        label={say(truncateLogs ? 'protect.truncate' : 'protect.copy')}
      />
      {hosts.length > 1 && <div className="small warn">{say('protect.one-host')}</div>}
      {act.isError && <Failure error={act.error} />}
      <div className="actions">
        <Button
          appearance="primary"
          icon={<Play20Regular />}
          disabled={vms.length === 0 || hosts.length > 1 || blocked || act.isPending}
          onClick={() => act.mutate(undefined)}
        >
          {say('protect.now')}
        </Button>
        {vms.length > 0 && vms.length < 20 && (
          <CommandButton command={[...command, '--vm', ...specs, '--repo', repository.folder]} />
        )}
      </div>
      {also === undefined && (
        <div className="row wrap">
          <span className="small muted grow">{say('protect.schedule.lead')}</span>
          <Button
            size="small"
            icon={<CalendarClock20Regular />}
            disabled={vms.length === 0 || hosts.length > 1}
            onClick={() => go(`/jobs?${new URLSearchParams([['host', host], ...specs.map((vm) => ['vm', vm])])}`)}
          >
            {say('protect.schedule')}
          </Button>
        </div>
      )}
    </>
  );
}
