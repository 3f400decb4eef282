import { ChevronRight16Regular } from '@fluentui/react-icons';
import { Fragment } from 'react';
import type { DeviceView } from '#contract';
import { useText } from '../../use-text.ts';

/** The volume that a path is on. */
function volumeOf(path: string, devices: readonly DeviceView[]): string {
  const volumes = devices.flatMap((device) => device.partitions.map((part) => part.path));
  return volumes.find((volume) => path === volume || path.startsWith(`${volume}/`)) ?? '';
}

export function parentOf(path: string, devices: readonly DeviceView[]): string {
  return path === volumeOf(path, devices) ? '' : path.slice(0, path.lastIndexOf('/'));
}

interface BreadcrumbsProps {
  readonly path: string;
  readonly vm: string;
  readonly devices: readonly DeviceView[];
  onOpen(path: string): void;
}

export function Breadcrumbs({ path, vm, devices, onOpen }: BreadcrumbsProps) {
  const say = useText();
  const volume = volumeOf(path, devices);
  const names = path
    .slice(volume.length)
    .split('/')
    .filter((name) => name !== '');
  const crumbs = [
    { text: vm, path: '' },
    ...(volume === '' ? [] : [{ text: volume, path: volume }]),
    ...names.map((text, index) => ({ text, path: `${volume}/${names.slice(0, index + 1).join('/')}` })),
  ];
  return (
    <nav className="crumbs" aria-label={say('files.path')}>
      {crumbs.map((crumb, index) => (
        <Fragment key={crumb.path}>
          {index > 0 && <ChevronRight16Regular aria-hidden className="calm" />}
          <button
            type="button"
            aria-current={index === crumbs.length - 1 ? 'location' : undefined}
            onClick={() => index < crumbs.length - 1 && onOpen(crumb.path)}
          >
            {crumb.text}
          </button>
        </Fragment>
      ))}
    </nav>
  );
}
