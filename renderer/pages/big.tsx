import { DocumentMultiple24Regular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import type { BigView, PointView } from '#contract';
import { NotShownYet } from '../components/not-shown-yet.tsx';
import { Card, Page } from '../components/page.tsx';
import { Empty } from '../components/states.tsx';
import { Table, type Column } from '../components/table.tsx';
import { fileAddress, folderOf, nameOf } from '../format/addresses.ts';
import { bytesText, percentText, timeText } from '../format/format.ts';
import { queries } from '../queries.ts';
import { useText } from '../use-text.ts';
import { usePoint, type PointPlace } from './restore-point.tsx';

/** Which files made a restore point big: changed blocks, told as names. */
export function Big(place: PointPlace) {
  const say = useText();
  const { detail, unlocked } = usePoint(place);
  const big = useQuery({ ...queries.big(place.repository, place.point), enabled: unlocked.ready });
  const point = detail.data?.point;
  return (
    <Page
      title={say('big.title')}
      lead={point === undefined ? say('big.lead') : say('big.of', { vm: point.vm, time: timeText(point.time) })}
    >
      {point !== undefined && big.data !== undefined ? (
        <Shown place={place} point={point} big={big.data} />
      ) : (
        <Card className="column">
          <NotShownYet query={detail.isError ? detail : big} unlocked={unlocked} />
        </Card>
      )}
    </Page>
  );
}

interface ShownProps {
  readonly place: PointPlace;
  readonly point: PointView;
  readonly big: BigView;
}

type ChangedFile = BigView['files'][number];

function Shown({ place, point, big }: ShownProps) {
  const say = useText();
  const [, go] = useLocation();
  const others = useQuery(queries.points(point.vm));
  const [changed, stored] = [bytesText(big.changedBytes), bytesText(big.storedBytes)];
  const before = others.data?.find(({ id }) => id === big.since);
  const time = before === undefined ? (big.since ?? '') : timeText(before.time);
  const columns: readonly Column<ChangedFile>[] = [
    {
      id: 'path',
      title: say('big.path'),
      width: 'minmax(160px, 1fr)',
      cell: (file) => (
        <span title={file.path} style={{ lineHeight: '17px' }}>
          {nameOf(file.path)}
          <br />
          <span className="small muted">{folderOf(file.path)}</span>
        </span>
      ),
    },
    {
      id: 'share',
      title: say('big.share'),
      width: '130px',
      from: 540,
      cell: (file) => <Share of={file.changedBytes} all={big.changedBytes} />,
    },
    { id: 'changed', title: say('big.changed'), width: '76px', right: true, cell: (file) => bytesText(file.changedBytes) },
    { id: 'size', title: say('big.size'), width: '76px', right: true, cell: (file) => bytesText(file.sizeBytes) },
  ];
  return (
    <>
      <div>{say(big.since === null ? 'big.first' : 'big.since', { changed, stored, time })}</div>
      <div className="split fill" style={{ gridTemplateColumns: 'minmax(0, 2.6fr) minmax(220px, 1fr)' }}>
        <Card title={say('big.files')} className="column">
          {big.files.length === 0 ? (
            <Empty icon={<DocumentMultiple24Regular aria-hidden />} title={say('big.none')}>
              {say('big.none.lead')}
            </Empty>
          ) : (
            <Table
              label={say('big.files')}
              rows={big.files}
              columns={columns}
              rowHeight={48}
              keyOf={(file) => file.path}
              onOpen={(file) => go(fileAddress(place, file.path))}
            />
          )}
        </Card>
        <Card title={say('big.volumes')}>
          <ul className="list">
            {big.volumes.map((volume) => (
              <li key={volume.path} className="item column tight">
                <span className="mono">{volume.path}</span>
                <span className="small muted">
                  {say(volume.unreadable === null ? 'big.volume' : 'big.volume.unreadable', {
                    changed: bytesText(volume.changedBytes),
                    files: bytesText(volume.inFilesBytes),
                  })}
                </span>
              </li>
            ))}
          </ul>
        </Card>
      </div>
    </>
  );
}

/** A bar says at a glance what the number beside it says exactly. */
function Share({ of, all }: { readonly of: number; readonly all: number }) {
  const share = all === 0 ? 0 : Math.min(1, of / all);
  return (
    <span className="row" style={{ gap: 8 }}>
      <span className="bar grow" aria-hidden>
        <div style={{ width: `${share * 100}%` }} />
      </span>
      <span className="small muted number" style={{ minWidth: 36, textAlign: 'right' }}>
        {percentText(share)}
      </span>
    </span>
  );
}
