import { ClipboardTextLtr32Regular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import type { ActivityView } from '#contract';
import { Card, Page } from '../components/page.tsx';
import { Empty, Failure, Loading } from '../components/states.tsx';
import { Table, type Column } from '../components/table.tsx';
import { timeText } from '../format/format.ts';
import type { TextKey } from '../i18n.ts';
import { queries } from '../queries.ts';
import { useText } from '../use-text.ts';

/** Who did what in the console. */
export function Activity() {
  const say = useText();
  const activity = useQuery(queries.activity);
  const repositories = useQuery(queries.repositories);
  const names = new Map(repositories.data?.map(({ id, name }) => [id, name]));
  const columns: readonly Column<ActivityView>[] = [
    { id: 'at', title: say('activity.at'), width: '142px', cell: (deed) => timeText(deed.at) },
    { id: 'who', title: say('activity.who'), width: '80px', from: 600, cell: (deed) => deed.who },
    {
      id: 'action',
      title: say('activity.what'),
      width: 'minmax(150px, 1.5fr)',
      cell: (deed) => <Action text={say(`deed.${deed.action}` as TextKey)} />,
    },
    {
      id: 'subject',
      title: say('activity.subject'),
      width: 'minmax(110px, 1fr)',
      cell: (deed) => <Subject text={names.get(deed.subject) ?? deed.subject} />,
    },
    { id: 'result', title: say('activity.result'), width: '64px', from: 640, cell: (deed) => say(`activity.${deed.result}`) },
  ];
  return (
    <Page title={say('activity.title')} lead={say('activity.lead')}>
      <Card className="grow column">
        {activity.data === undefined ? (
          activity.isError ? (
            <Failure error={activity.error} retry={() => void activity.refetch()} />
          ) : (
            <Loading rows={8} />
          )
        ) : activity.data.length === 0 ? (
          <Empty icon={<ClipboardTextLtr32Regular aria-hidden />} title={say('activity.empty')} />
        ) : (
          <Table
            label={say('activity.title')}
            rows={activity.data}
            columns={columns}
            rowHeight={38}
            keyOf={(deed) => String(deed.ordinal)}
          />
        )}
      </Card>
    </Page>
  );
}

function Action({ text }: { readonly text: string }) {
  return <span title={text}>{text}</span>;
}

/** Long ones are cut off in the table, and whole in its tip. */
function Subject({ text }: { readonly text: string }) {
  return (
    <span className="mono" title={text}>
      {text}
    </span>
  );
}
