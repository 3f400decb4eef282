import { Button, Field, Input } from '@fluentui/react-components';
import { Key20Regular } from '@fluentui/react-icons';
import type { DrillForm } from '#contract';
import { api } from '../../api.ts';
import { useAct } from '../../components/act.tsx';
import { Card } from '../../components/page.tsx';
import { Failure } from '../../components/states.tsx';
import { useText } from '../../use-text.ts';

interface KeyFieldsProps {
  readonly form: Pick<DrillForm, 'keyFile' | 'passphraseFile'>;
  onChange(part: Partial<DrillForm>): void;
}

/** On a computer without a keystore passphrase and key lie in files. */
export function KeyFields({ form, onChange }: KeyFieldsProps) {
  const say = useText();
  const make = useAct((file: string) => api.drills.makeKey.mutate({ file }), { silent: true });
  const { keyFile, passphraseFile } = form;
  const given = (text: string): string | null => (text === '' ? null : text);
  return (
    <Card title={say('settings.keystore')} className="column">
      <Field label={say('jobs.passphrase-file')} hint={say('jobs.passphrase-file.hint')} required>
        <Input value={passphraseFile ?? ''} onChange={(_event, { value }) => onChange({ passphraseFile: given(value) })} />
      </Field>
      <Field label={say('drill.key-file')} hint={say('drill.key-file.hint')} required>
        <Input value={keyFile ?? ''} onChange={(_event, { value }) => onChange({ keyFile: given(value) })} />
      </Field>
      <div>
        <Button
          icon={<Key20Regular />}
          disabled={keyFile === null || make.isPending}
          onClick={() => keyFile !== null && make.mutate(keyFile)}
        >
          {say('drill.key.make')}
        </Button>
      </div>
      {make.isError && <Failure error={make.error} />}
      {make.data !== undefined && (
        <div role="status">
          {say('drill.key.made')} <span className="mono">{make.data.publicKey}</span>
        </div>
      )}
    </Card>
  );
}
