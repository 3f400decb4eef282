import { hasCode } from '#contract';
import type { FileDetails } from '../../formats/file-system.ts';
import { sddlOf } from '../../formats/ntfs/index.ts';
import type { SidecarLine } from './target.ts';

/** Undefined for a file that has nothing which the target would lose. */
export function sidecarLine(of: {
  readonly path: string;
  readonly from: string;
  readonly details: FileDetails;
  readonly streams: NonNullable<SidecarLine['streams']>;
}): SidecarLine | undefined {
  const { path, from, details, streams } = of;
  const { times, windowsAttributes, unix, security, xattrs } = details;
  if (windowsAttributes === null && unix === null && security === null && streams.length === 0 && xattrs.length === 0)
    return undefined;
  const text = (time: bigint | null): string | null => (time === null ? null : String(time));
  return {
    path,
    from,
    times: {
      created: text(times.created),
      modified: text(times.modified),
      accessed: text(times.accessed),
      changed: text(times.changed),
    },
    windowsAttributes,
    unix,
    ...(security === null ? {} : securityText(security)),
    ...(streams.length === 0 ? {} : { streams }),
    ...(xattrs.length === 0
      ? {}
      : { xattrs: xattrs.map(({ name, value }) => ({ name, valueBase64: Buffer.from(value).toString('base64') })) }),
  };
}

function securityText(security: Uint8Array): Pick<SidecarLine, 'sddl' | 'descriptorBase64'> {
  try {
    return { sddl: sddlOf(security) };
  } catch (error) {
    if (!hasCode(error, 'format/ntfs-unsupported', 'format/ntfs-corrupt')) throw error;
    return { descriptorBase64: Buffer.from(security).toString('base64') };
  }
}
