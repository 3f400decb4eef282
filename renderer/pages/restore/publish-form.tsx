import { Button, Checkbox, Field, Input } from '@fluentui/react-components';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { DeviceView } from '#contract';
import { api } from '../../api.ts';
import { useAct } from '../../components/act.tsx';
import { CommandButton } from '../../components/command-button.tsx';
import { Failure } from '../../components/states.tsx';
import { bytesText } from '../../format/format.ts';
import { useText } from '../../use-text.ts';
import { NumberField } from '../jobs/number-field.tsx';
import { untilServing } from '../publications/until-serving.ts';
import type { PointPlace } from '../restore-point.tsx';

interface PublishFormProps {
  readonly place: PointPlace;
  readonly devices: readonly DeviceView[];
}

const gib = 2 ** 30;
const shortestSecret = 12;

/** A restore point's disks over iSCSI. */
export function PublishForm({ place, devices }: PublishFormProps) {
  const say = useText();
  const [, go] = useLocation();
  const all = devices.flatMap(({ index, label, sizeBytes }) => (index === null ? [] : [{ index, label, sizeBytes }]));
  const [disks, setDisks] = useState<ReadonlySet<number>>(() => new Set(all.map(({ index }) => index)));
  const [listen, setListen] = useState('127.0.0.1:0');
  const [user, setUser] = useState('');
  const [secret, setSecret] = useState('');
  const [names, setNames] = useState('');
  const [limit, setLimit] = useState(64);
  const initiators = names.split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]));
  const chosen = all.length === disks.size ? null : [...disks].toSorted((a, b) => a - b);
  const chap = user === '' ? null : { user, secret };
  const act = useAct(
    async () => {
      const { run } = await api.publications.start.mutate({
        ...place,
        id: null,
        disks: chosen,
        listen,
        chap,
        initiators: initiators.length === 0 ? null : initiators,
        overlayLimitBytes: limit * gib,
      });
      return untilServing(run);
    },
    { silent: true, onDone: go },
  );
  const isBeyond = listen !== '' && !/^(127\.|\[::1\])/.test(listen);
  const isComplete = disks.size > 0 && listen !== '' && (chap === null ? !isBeyond : secret.length >= shortestSecret);
  return (
    <>
      {all.length > 1 && (
        <Field label={say('publish.disks')}>
          <div role="group" aria-label={say('publish.disks')}>
            {all.map(({ index, label, sizeBytes }) => (
              <Checkbox
                key={index}
                label={`${label} (${bytesText(sizeBytes)})`}
                checked={disks.has(index)}
                onChange={(_event, { checked }) => {
                  const next = new Set(disks);
                  if (checked === true) next.add(index);
                  else next.delete(index);
                  setDisks(next);
                }}
              />
            ))}
          </div>
        </Field>
      )}
      <Field label={say('publish.listen')} hint={say('publish.listen.hint')}>
        <Input value={listen} maxLength={64} onChange={(_event, { value }) => setListen(value)} />
      </Field>
      <Field
        label={say('publish.chap.user')}
        hint={say(isBeyond ? 'publish.chap.user.needed' : 'publish.chap.user.hint')}
        required={isBeyond}
      >
        <Input value={user} maxLength={256} autoComplete="off" onChange={(_event, { value }) => setUser(value)} />
      </Field>
      {user !== '' && (
        <Field label={say('publish.chap.secret')} hint={say('publish.chap.secret.hint')} required>
          <Input
            type="password"
            value={secret}
            maxLength={255}
            autoComplete="new-password"
            onChange={(_event, { value }) => setSecret(value)}
          />
        </Field>
      )}
      <Field label={say('publish.initiators')} hint={say('publish.initiators.hint')}>
        <Input value={names} onChange={(_event, { value }) => setNames(value)} />
      </Field>
      <NumberField label={say('publish.limit')} value={limit} least={1} most={65_536} onChange={setLimit} />
      {act.isError && <Failure error={act.error} />}
      <div className="actions">
        <Button appearance="primary" disabled={!isComplete || act.isPending} onClick={() => act.mutate(undefined)}>
          {say(act.isPending ? 'state.working' : 'publish.do')}
        </Button>
        <CommandButton
          command={[
            'hostkeep',
            'publish',
            place.point,
            '--listen',
            listen,
            ...(chosen ?? []).flatMap((disk) => ['--disk', String(disk)]),
            ...initiators.flatMap((name) => ['--initiator', name]),
            ...(chap === null ? [] : ['--chap-user', chap.user]),
            '--overlay-limit',
            `${limit}G`,
          ]}
        />
      </div>
    </>
  );
}
