import { Button, Textarea } from '@fluentui/react-components';
import { ArrowDownload20Regular, ArrowUpload20Regular } from '@fluentui/react-icons';
import { api } from '../../api.ts';
import { useAct } from '../../components/act.tsx';
import { Card } from '../../components/page.tsx';
import { Failure } from '../../components/states.tsx';
import { TextFileButton } from '../../components/text-file-button.tsx';
import { useText } from '../../use-text.ts';

/** Settings, hosts, repositories and jobs to another console, or from one. */
export function TransferCard() {
  const say = useText();
  const out = useAct(() => api.transfer.export.query({}));
  const into = useAct((text: string) => api.transfer.import.mutate({ text }), { silent: true });
  return (
    <Card title={say('transfer.title')} className="column">
      <div className="muted">{say('transfer.lead')}</div>
      <div className="actions">
        <Button icon={<ArrowDownload20Regular />} disabled={out.isPending} onClick={() => out.mutate(undefined)}>
          {say('transfer.export')}
        </Button>
        <TextFileButton
          label={say('transfer.import')}
          icon={<ArrowUpload20Regular />}
          disabled={into.isPending}
          onText={(text) => into.mutate(text)}
        >
          {say('transfer.import')}
        </TextFileButton>
      </div>
      {out.data !== undefined && (
        <>
          <Textarea readOnly rows={6} aria-label={say('transfer.text')} value={out.data.text} className="mono" />
          <a
            className="link"
            download="hostkeep-settings.json"
            href={`data:application/json;charset=utf-8,${encodeURIComponent(out.data.text)}`}
          >
            {say('transfer.save')}
          </a>
        </>
      )}
      {into.isError && <Failure error={into.error} />}
      {into.data !== undefined && (
        <div role="status">
          {say('transfer.done', {
            added: into.data.added.join(', ') || '\u2013',
            kept: into.data.kept.join(', ') || '\u2013',
          })}
        </div>
      )}
    </Card>
  );
}
