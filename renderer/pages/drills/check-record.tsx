import { Button, Field, Input } from '@fluentui/react-components';
import { DocumentSearch20Regular } from '@fluentui/react-icons';
import { useRef, useState } from 'react';
import { api } from '../../api.ts';
import { useAct } from '../../components/act.tsx';
import { Card } from '../../components/page.tsx';
import { Failure } from '../../components/states.tsx';
import { useText } from '../../use-text.ts';
import { RecordFacts } from './record-facts.tsx';

/** Whether a record that somebody hands over is as it was signed, and by whom. */
export function CheckRecord() {
  const say = useText();
  const file = useRef<HTMLInputElement>(null);
  const [key, setKey] = useState('');
  const wanted = key.trim() === '' ? null : key.trim();
  const check = useAct((text: string) => api.drills.check.query({ text, key: wanted }), { silent: true });
  const read = async (): Promise<void> => {
    const [picked] = file.current?.files ?? [];
    if (picked !== undefined) check.mutate(await picked.text());
    // The same file can be picked again, with another key.
    if (file.current !== null) file.current.value = '';
  };
  return (
    <Card title={say('check-record.title')} className="column">
      <div className="muted">{say('check-record.lead')}</div>
      <Field label={say('check-record.key')} hint={say('check-record.key.hint')}>
        <Input value={key} maxLength={64} onChange={(_event, { value }) => setKey(value)} />
      </Field>
      <div>
        <Button icon={<DocumentSearch20Regular />} disabled={check.isPending} onClick={() => file.current?.click()}>
          {say('check-record.pick')}
        </Button>
        <input
          ref={file}
          type="file"
          accept=".json,application/json"
          hidden
          aria-label={say('check-record.file')}
          onChange={() => void read()}
        />
      </div>
      {check.isError && <Failure error={check.error} />}
      {check.data !== undefined && (
        <>
          <div role="status">
            {say(wanted === null ? 'check-record.holds' : 'check-record.holds.by')}{' '}
            <span className="mono">{check.data.publicKey}</span>
          </div>
          <RecordFacts record={check.data.record} isOurs={false} />
        </>
      )}
    </Card>
  );
}
