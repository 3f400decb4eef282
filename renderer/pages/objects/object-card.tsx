import { Button } from '@fluentui/react-components';
import { BoxMultiple20Regular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { ObjectView } from '#contract';
import { failureOf } from '../../api.ts';
import { Facts } from '../../components/facts.tsx';
import { Failure } from '../../components/states.tsx';
import { objectAddress } from '../../format/addresses.ts';
import { bytesText, fileTimeText, numberText } from '../../format/format.ts';
import { queries } from '../../queries.ts';
import { useText, type Say } from '../../use-text.ts';
import type { PointPlace } from '../restore-point.tsx';
import { SetDialog } from './set-dialog.tsx';

/** What a file is when it is more than bytes. A file that is no such object says nothing here. */
export function ObjectCard({ place, path }: { readonly place: PointPlace; readonly path: string }) {
  const say = useText();
  const [, go] = useLocation();
  const [asked, setAsked] = useState(false);
  const object = useQuery(queries.object(place.repository, place.point, path));
  if (object.isError)
    return failureOf(object.error).view.code === 'recovery/not-an-object' ? null : <Failure error={object.error} />;
  if (object.data === undefined) return null;
  const { kind } = object.data;
  return (
    <div className="column">
      <div className="strong">{say(`object.kind.${kind}`)}</div>
      <Facts facts={factsOf(say, object.data)} />
      {kind !== 'event-log' && (
        <div>
          <Button icon={<BoxMultiple20Regular />} onClick={() => setAsked(true)}>
            {say('set.restore')}
          </Button>
        </div>
      )}
      {asked && <SetDialog place={place} path={path} onClose={() => setAsked(false)} />}
      {(kind === 'hive' || kind === 'event-log') && (
        <div>
          <Button onClick={() => go(objectAddress(place, path, kind))}>{say(`object.open.${kind}`)}</Button>
        </div>
      )}
    </div>
  );
}

type Fact = readonly [name: string, value: string];

function factsOf(say: Say, object: ObjectView): readonly Fact[] {
  return [
    [say('object.state'), say(`object.state.${object.state}`)],
    [say('object.version'), object.version],
    ...ownFacts(say, object).filter(([, value]) => value !== ''),
  ];
}

function ownFacts(say: Say, object: ObjectView): readonly Fact[] {
  if (object.kind === 'hive')
    return [
      [say('object.file-name'), object.fileName],
      [say('object.written'), fileTimeText(object.lastWritten)],
      [say('object.keys'), numberText(object.keys)],
      [say('object.logs'), object.logs.join(', ')],
    ];
  if (object.kind === 'event-log')
    return [
      [say('object.chunks'), numberText(object.chunks)],
      [say('object.full'), say(object.full ? 'object.full.yes' : 'object.full.no')],
    ];
  if (object.kind === 'sql-server')
    return [
      [say('object.role'), say(`object.role.${object.role}`)],
      [say('object.database'), object.database ?? ''],
      [say('object.release'), object.release ?? ''],
    ];
  return [
    [say('object.shutdown'), shutdownText(say, object.shutdown)],
    [say('object.page'), bytesText(object.pageBytes)],
    [say('object.logs-required'), object.logsRequired === null ? '' : say('object.logs-required.of', object.logsRequired)],
    [say('object.logs-missing'), object.logsMissing.join(', ')],
  ];
}

const shutdowns = [
  'just-created',
  'dirty-shutdown',
  'clean-shutdown',
  'being-converted',
  'force-detach',
  'incremental-reseed',
  'dirty-and-patched',
  'revert-in-progress',
] as const;

/** What an ESE header says of the last end; what is not known here stays as it is. */
function shutdownText(say: Say, state: string): string {
  const known = shutdowns.find((one) => one === state);
  return known === undefined ? state : say(`object.shutdown.${known}`);
}
