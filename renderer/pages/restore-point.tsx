import {
  Desktop24Regular,
  DocumentMultiple24Regular,
  Flash24Regular,
  HardDrive24Regular,
  PlugConnected24Regular,
} from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { PointDetail } from '#contract';
import { ConsistencyBadge } from '../components/badges.tsx';
import { EvidenceBadge } from '../components/evidence-badge.tsx';
import { useDeviceNote } from '../components/note-text.ts';
import { NotShownYet } from '../components/not-shown-yet.tsx';
import { Card, Page } from '../components/page.tsx';
import { useUnlocked } from '../components/unlock.tsx';
import { bytesText, timeText } from '../format/format.ts';
import { queries } from '../queries.ts';
import { useText } from '../use-text.ts';
import { EvidenceCard } from './restore/evidence-card.tsx';
import { PointActions } from './restore/point-actions.tsx';
import { DiskForm } from './restore/forms.tsx';
import { InstantForm } from './restore/instant-form.tsx';
import { PublishForm } from './restore/publish-form.tsx';
import { VmForm } from './restore/vm-form.tsx';

export interface PointPlace {
  readonly repository: string;
  readonly point: string;
}

/** The key of the repository is asked for before the restore point is read. */
export function usePoint({ repository, point }: PointPlace) {
  const unlocked = useUnlocked(repository);
  const detail = useQuery({ ...queries.point(repository, point), enabled: unlocked.ready });
  return { detail, unlocked };
}

/** What of this restore point is wanted. */
export function RestorePoint(place: PointPlace) {
  const say = useText();
  const { detail, unlocked } = usePoint(place);
  if (detail.data !== undefined) return <Choices place={place} detail={detail.data} />;
  return (
    <Page title={say('restore.title')}>
      <Card className="column">
        <NotShownYet query={detail} unlocked={unlocked} />
      </Card>
    </Page>
  );
}

type Wanted = 'vm' | 'instant' | 'disk' | 'publish' | null;

const titles = { vm: 'restore.whole', instant: 'restore.instant', disk: 'restore.disk', publish: 'publish.choice' } as const;

function Choices({ place, detail }: { readonly place: PointPlace; readonly detail: PointDetail }) {
  const say = useText();
  const [, go] = useLocation();
  const [wanted, setWanted] = useState<Wanted>(null);
  const { point, devices } = detail;
  return (
    <Page title={say('restore.of', { vm: point.vm })} lead={say('restore.what')}>
      <div className="row wrap" style={{ gap: 20 }}>
        <span className="strong number">{timeText(point.time)}</span>
        <ConsistencyBadge consistency={point.consistency} />
        <EvidenceBadge evidence={point.evidence} />
        <span className="muted mono grow">{point.id}</span>
        <PointActions point={point} />
      </div>
      <div className="split" style={{ gridTemplateColumns: 'minmax(0, 1fr) minmax(0, 1fr)' }}>
        <div className="column">
          <button type="button" className="choice" onClick={() => go(`/restore/${place.repository}/${place.point}/files`)}>
            <DocumentMultiple24Regular />
            <Words title={say('restore.files')} text={say('restore.files.lead')} />
          </button>
          <button type="button" className="choice" aria-pressed={wanted === 'vm'} onClick={() => setWanted('vm')}>
            <Desktop24Regular />
            <Words title={say('restore.whole')} text={say('restore.whole.lead')} />
          </button>
          <button type="button" className="choice" aria-pressed={wanted === 'instant'} onClick={() => setWanted('instant')}>
            <Flash24Regular />
            <Words title={say('restore.instant')} text={say('restore.instant.lead')} />
          </button>
          <button type="button" className="choice" aria-pressed={wanted === 'disk'} onClick={() => setWanted('disk')}>
            <HardDrive24Regular />
            <Words title={say('restore.disk')} text={say('restore.disk.lead')} />
          </button>
          <button type="button" className="choice" aria-pressed={wanted === 'publish'} onClick={() => setWanted('publish')}>
            <PlugConnected24Regular />
            <Words title={say('publish.choice')} text={say('publish.choice.lead')} />
          </button>
        </div>
        {wanted === null ? (
          <div className="column" style={{ gap: 16 }}>
            <Card title={say('restore.contents')}>
              <Devices devices={devices} />
            </Card>
            <EvidenceCard place={place} />
          </div>
        ) : (
          <Card title={say(titles[wanted])} className="column">
            {wanted === 'vm' && <VmForm place={place} vm={point.vm} host={point.host} />}
            {wanted === 'instant' && <InstantForm place={place} vm={point.vm} host={point.host} />}
            {wanted === 'disk' && <DiskForm place={place} devices={devices} vm={point.vm} host={point.host} />}
            {wanted === 'publish' && <PublishForm place={place} devices={devices} />}
          </Card>
        )}
      </div>
    </Page>
  );
}

function Words({ title, text }: { readonly title: string; readonly text: string }) {
  return (
    <span className="column tight">
      <span className="strong">{title}</span>
      <span className="small muted">{text}</span>
    </span>
  );
}

function Devices({ devices }: { readonly devices: PointDetail['devices'] }) {
  const noteOf = useDeviceNote();
  return (
    <ul className="list">
      {devices.map((device) => (
        <li key={device.path} className="item column tight">
          <div className="row" style={{ width: '100%' }}>
            <span className="strong grow clip">{device.label}</span>
            <span className="muted number">{bytesText(device.sizeBytes)}</span>
          </div>
          {noteOf(device) !== null && <span className="small">{noteOf(device)}</span>}
          {device.partitions.map((part) => (
            <div key={part.path} className="row small muted" style={{ width: '100%', paddingLeft: 14 }}>
              <span className="grow clip">{part.name === '' ? part.path : `${part.path} (${part.name})`}</span>
              <span>{part.fileSystem}</span>
              <span className="number" style={{ minWidth: 66, textAlign: 'right' }}>
                {bytesText(part.sizeBytes)}
              </span>
            </div>
          ))}
        </li>
      ))}
    </ul>
  );
}
