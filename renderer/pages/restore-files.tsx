import { Button, Input } from '@fluentui/react-components';
import { ArrowUp20Regular, Search20Regular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useLocation, useSearch } from 'wouter';
import type { FileRow, PointDetail } from '#contract';
import { CopyButton } from '../components/copy-button.tsx';
import { NotShownYet } from '../components/not-shown-yet.tsx';
import { Card, Page } from '../components/page.tsx';
import { Failure, Loading } from '../components/states.tsx';
import { folderAddress, nameOf } from '../format/addresses.ts';
import { numberText, timeText } from '../format/format.ts';
import { queries } from '../queries.ts';
import { useSettled } from '../use-settled.ts';
import { useText } from '../use-text.ts';
import { Breadcrumbs, parentOf } from './restore/breadcrumbs.tsx';
import { FileTable } from './restore/file-table.tsx';
import { FileHistory } from './restore/file-history.tsx';
import { FilesForm } from './restore/files-form.tsx';
import { Preview } from './restore/preview.tsx';
import { usePoint, type PointPlace } from './restore-point.tsx';

/** The files of a restore point: folders by folders, any number picked, restored together. */
export function RestoreFiles(place: PointPlace) {
  const say = useText();
  const { detail, unlocked } = usePoint(place);
  if (detail.data !== undefined) return <Browser place={place} detail={detail.data} />;
  return (
    <Page title={say('restore.files')}>
      <Card className="column">
        <NotShownYet query={detail} unlocked={unlocked} />
      </Card>
    </Page>
  );
}

function Browser({ place, detail }: { readonly place: PointPlace; readonly detail: PointDetail }) {
  const say = useText();
  const [, go] = useLocation();
  const given = new URLSearchParams(useSearch());
  const [path, setPath] = useState(given.get('path') ?? '');
  const file = given.get('file');
  const [picked, setPicked] = useState<ReadonlySet<string>>(() => new Set(file === null ? [] : [`${path}/${file}`]));
  const [shownFile, setShownFile] = useState<string | null>(file === null ? null : `${path}/${file}`);
  const [filter, setFilter] = useState('');
  const volumes = useMemo(() => volumeRows(detail), [detail]);
  const folder = useQuery({ ...queries.files(place.repository, place.point, path, null), enabled: path !== '' });
  // Of a folder that is too long to be sent the console itself filters.
  const isCut = folder.data !== undefined && path !== '' && folder.data.total > folder.data.entries.length;
  const asked = useSettled(filter);
  const fitting = useQuery({ ...queries.files(place.repository, place.point, path, asked), enabled: isCut && asked !== '' });
  const listed = isCut && filter !== '' ? fitting : folder;
  const entries: readonly FileRow[] | undefined = path === '' ? volumes : listed.data?.entries;
  const shown = entries?.filter((entry) => entry.name.toLowerCase().includes(filter.toLowerCase()));
  /** Where the focus goes: a list that is left takes it along. */
  const [focusOn, setFocusOn] = useState<string | null>(null);
  const open = (next: string, focus: string | null): void => {
    setPath(next);
    setFocusOn(focus);
    setFilter('');
    setShownFile(null);
    go(next === '' ? `/restore/${place.repository}/${place.point}/files` : folderAddress(place, next), { replace: true });
  };
  const pathOf = (entry: FileRow): string => (path === '' ? entry.name : `${path}/${entry.name}`);
  const toggle = (entry: FileRow): void => {
    const next = new Set(picked);
    if (!next.delete(pathOf(entry))) next.add(pathOf(entry));
    setPicked(next);
  };
  const pickAll = (): void => {
    const all = (path === '' ? [] : (shown ?? [])).map(pathOf);
    const isPicked = all.every((one) => picked.has(one));
    setPicked(isPicked ? picked.difference(new Set(all)) : picked.union(new Set(all)));
  };
  return (
    <Page
      title={say('restore.files.of', { vm: detail.point.vm })}
      lead={say('restore.files.at', { time: timeText(detail.point.time) })}
    >
      <div className="split fill" style={{ gridTemplateColumns: 'minmax(0, 1.8fr) minmax(270px, 1fr)' }}>
        <Card className="column">
          <div className="row">
            <Button
              icon={<ArrowUp20Regular />}
              appearance="subtle"
              aria-label={say('folder.up')}
              disabledFocusable={path === ''}
              onClick={() => open(parentOf(path, detail.devices), null)}
            />
            <Breadcrumbs path={path} vm={detail.point.vm} devices={detail.devices} onOpen={(next) => open(next, null)} />
            <Input
              size="small"
              contentBefore={<Search20Regular />}
              placeholder={say('files.filter')}
              aria-label={say('files.filter')}
              value={filter}
              onChange={(_event, { value }) => {
                setFilter(value);
                setFocusOn(null);
              }}
              style={{ width: 140 }}
            />
          </div>
          {listed.isError && path !== '' ? (
            <Failure error={listed.error} retry={() => void listed.refetch()} />
          ) : shown === undefined ? (
            <Loading rows={8} />
          ) : shown.length === 0 ? (
            <EmptyFolder
              text={say(filter === '' ? 'files.empty' : 'files.no-match')}
              takesFocus={focusOn !== null}
              onUp={() => open(parentOf(path, detail.devices), path)}
            />
          ) : (
            <FileTable
              key={path}
              rows={shown}
              pathOf={pathOf}
              picked={picked}
              onToggle={path === '' ? undefined : toggle}
              focusOn={focusOn}
              onPickAll={pickAll}
              onOpen={(entry) => (entry.type === 'folder' ? open(pathOf(entry), '') : setShownFile(pathOf(entry)))}
              onUp={() => path !== '' && open(parentOf(path, detail.devices), path)}
            />
          )}
          {listed.data !== undefined && path !== '' && listed.data.fitting > listed.data.entries.length && (
            <div className="small muted" role="status">
              {say('files.cut', {
                shown: numberText(listed.data.entries.length),
                fitting: numberText(listed.data.fitting),
              })}
            </div>
          )}
        </Card>
        <div className="column" style={{ gap: 16 }}>
          {shownFile !== null && (
            <Card
              title={nameOf(shownFile)}
              actions={<CopyButton appearance="subtle" size="small" text={shownFile} label={say('files.copy-path')} />}
              className="column"
            >
              <Preview place={place} path={shownFile} />
              <FileHistory key={shownFile} place={place} path={shownFile} />
            </Card>
          )}
          <Card title={say('files.picked', { count: picked.size })} className="column">
            <FilesForm
              repository={place.repository}
              picked={[...picked].map((one) => ({ point: place.point, path: one }))}
              hint={say('files.none-picked')}
              onDrop={(one) => setPicked(new Set([...picked].filter((kept) => kept !== one.path)))}
            />
          </Card>
        </div>
      </div>
    </Page>
  );
}

interface EmptyFolderProps {
  readonly text: string;
  /** Whether the list before it had the focus. */
  readonly takesFocus: boolean;
  onUp(): void;
}

/** Keys that go up from a list of files do so where there are none, too. */
function EmptyFolder({ text, takesFocus, onUp }: EmptyFolderProps) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (takesFocus) box.current?.focus();
  }, [takesFocus]);
  return (
    <div
      ref={box}
      className="muted"
      role="status"
      tabIndex={-1}
      onKeyDown={(event) => (event.key === 'Backspace' || event.key === 'ArrowLeft') && onUp()}
    >
      {text}
    </div>
  );
}

/** The volumes stand at the top, as folders of their own. */
function volumeRows(detail: PointDetail): readonly FileRow[] {
  return detail.devices.flatMap((device) =>
    device.partitions.map(({ path, sizeBytes }) => ({
      name: path,
      type: 'folder' as const,
      sizeBytes,
      modified: null,
      unreadable: null,
    })),
  );
}
