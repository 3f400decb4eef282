import { Button } from '@fluentui/react-components';
import { useLocation } from 'wouter';
import type { FileVersion } from '#contract';
import { useCodeText } from '../../components/code-text.ts';
import { bytesText, fileTimeText, timeText } from '../../format/format.ts';
import { useText } from '../../use-text.ts';

interface VersionsProps {
  readonly name: string;
  /** Newest first. */
  readonly versions: readonly FileVersion[];
  /** The restore point that is looked into, or the one that a version was picked from. */
  readonly current: string | null;
  /** Undefined where a version is opened to be picked. */
  readonly onPick?: (point: string) => void;
  /** Where the version of a restore point is looked at. */
  addressOf(point: string): string;
}

const listed = 100;

/** A file as it was over time: equal ones next to each other are one, restored from the newest point that has it. */
export function Versions({ name, versions, current, onPick, addressOf }: VersionsProps) {
  const say = useText();
  const codeText = useCodeText();
  const [, go] = useLocation();
  return (
    <ul className="list scrolls" aria-label={say('history.title', { name })} tabIndex={0}>
      {versions.slice(0, listed).map((version) => {
        const [first, last] = [version.points[0]!, version.points.at(-1)!];
        const isHere = version.points.some(({ id }) => id === current);
        const time = timeText(last.time);
        return (
          <li key={last.id} className="item">
            <div className="grow">
              <div className="number">
                <span className="strong">{bytesText(version.sizeBytes)}</span>
                {version.modified !== null && (
                  <span className="muted"> {say('history.modified', { time: fileTimeText(version.modified) })}</span>
                )}
              </div>
              <div className="small muted number">
                {say('history.in', { count: version.points.length, from: timeText(first.time), to: time })}
              </div>
              {version.unreadable !== null && <div className="small bad">{codeText(version.unreadable)}</div>}
            </div>
            {isHere && <span className="small muted">{say(onPick === undefined ? 'history.here' : 'history.picked')}</span>}
            {!isHere && onPick !== undefined && (
              <Button size="small" aria-label={say('history.pick.of', { time })} onClick={() => onPick(last.id)}>
                {say('history.pick')}
              </Button>
            )}
            {!(isHere && onPick === undefined) && (
              <Button size="small" aria-label={say('history.open.of', { time })} onClick={() => go(addressOf(last.id))}>
                {say('history.open')}
              </Button>
            )}
          </li>
        );
      })}
      {versions.length > listed && <li className="small muted">{say('history.more', { count: versions.length - listed })}</li>}
    </ul>
  );
}
