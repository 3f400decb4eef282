import { Field, Input, Radio, RadioGroup } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { BackupWish, JobForm, RepositoryView, VmView } from '#contract';
import { api } from '../../api.ts';
import { MomentInput } from '../../components/moment-input.tsx';
import { queries } from '../../queries.ts';
import { useText } from '../../use-text.ts';
import { specsOf } from '../jobs/chosen-vms.ts';
import { PlanPreview } from '../jobs/plan-preview.tsx';
import { usualJob } from '../jobs/usual-job.ts';
import { BackupForm } from '../protect/backup-form.tsx';

interface RunStepProps {
  /** Those that were chosen. */
  readonly vms: readonly VmView[];
  /** All that the host has: where they are those that were chosen, new ones are protected too. */
  readonly here: readonly VmView[];
  readonly repositories: readonly RepositoryView[];
}

/** Now, and from then on every night: a job that keeps a week of days, a month of weeks and a year of months. */
export function RunStep({ vms, here, repositories }: RunStepProps) {
  const say = useText();
  const { data: session } = useQuery(queries.session);
  const needsFile = session?.keystore !== true;
  const [chosen, setChosen] = useState<'nightly' | 'once' | null>(null);
  const [time, setTime] = useState(usualJob.time);
  const [file, setFile] = useState('');
  const often = chosen ?? (needsFile ? 'once' : 'nightly');
  const makeJob = async ({ host, repository, consistency, truncateLogs }: BackupWish): Promise<void> => {
    if (often === 'once') return;
    const form: JobForm = {
      ...usualJob,
      name: say('jobs.name.default'),
      host,
      repository,
      consistency,
      truncateLogs,
      time,
      ...(vms.length === here.length ? {} : { select: 'chosen', vms: specsOf(vms, { chosen: [], here }) }),
      passphraseFile: needsFile ? file : null,
    };
    await api.jobs.create.mutate(form);
  };
  return (
    <div className="split">
      <div className="column">
        <Field label={say('first.often')}>
          <RadioGroup value={often} onChange={(_event, { value }) => setChosen(value === 'once' ? 'once' : 'nightly')}>
            <Radio value="nightly" label={say('first.often.nightly')} />
            <Radio value="once" label={say('first.often.once')} />
          </RadioGroup>
        </Field>
        {often === 'nightly' && (
          <>
            <Field label={say('jobs.at')} hint={usualJob.timeZone}>
              <MomentInput kind="time" value={time} onChange={(typed) => typed !== '' && setTime(typed)} />
            </Field>
            {needsFile && (
              <Field label={say('jobs.passphrase-file')} hint={say('jobs.passphrase-file.hint')} required>
                <Input value={file} onChange={(_event, { value }) => setFile(value)} />
              </Field>
            )}
            <PlanPreview plan={{ ...usualJob, time }} />
          </>
        )}
      </div>
      <div className="column">
        {/* The newest repository is the one that was made a step before. */}
        <BackupForm
          vms={vms}
          here={here}
          repositories={repositories.toReversed()}
          also={makeJob}
          blocked={often === 'nightly' && needsFile && file === ''}
        />
      </div>
    </div>
  );
}
