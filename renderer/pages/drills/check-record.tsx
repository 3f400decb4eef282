import { Field, Input } from '@fluentui/react-components';
import { DocumentSearch20Regular } from '@fluentui/react-icons';
import { useState } from 'react';
import { api } from '../../api.ts';
import { useAct } from '../../components/act.tsx';
import { Card } from '../../components/page.tsx';
import { Failure } from '../../components/states.tsx';
import { TextFileButton } from '../../components/text-file-button.tsx';
import { useText } from '../../use-text.ts';
import { RecordFacts } from './record-facts.tsx';

/** Whether a record that somebody hands over is as it was signed, and by whom. */
export function CheckRecord() {
  const say = useText();
  const [key, setKey] = useState('');
  const wanted = key.trim() === '' ? null : key.trim();
  const check = useAct((text: string) => api.drills.check.query({ text, key: wanted }), { silent: true });
  return (
    <Card title={say('check-record.title')} className="column">
      <div className="muted">{say('check-record.lead')}</div>
      <Field label={say('check-record.key')} hint={say('check-record.key.hint')}>
        <Input value={key} maxLength={64} onChange={(_event, { value }) => setKey(value)} />
      </Field>
      <div>
        <TextFileButton
          label={say('check-record.file')}
          icon={<DocumentSearch20Regular />}
          disabled={check.isPending}
          onText={(text) => check.mutate(text)}
        >
          {say('check-record.pick')}
        </TextFileButton>
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
