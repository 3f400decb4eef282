import type { PublishedTarget } from '#contract';
import { useText } from '../../use-text.ts';
import { initiatorCommands } from './initiator-commands.ts';

interface HowToConnectProps {
  readonly served: PublishedTarget;
  readonly chapUser: string | null;
}

/** What somebody types on the computer that is to have the disks. */
export function HowToConnect({ served, chapUser }: HowToConnectProps) {
  const say = useText();
  const { windows, linux } = initiatorCommands(served, chapUser);
  return (
    <details>
      <summary>{say('publication.how')}</summary>
      <div className="column tight">
        <div className="small muted">{say('publication.how.windows')}</div>
        <pre className="command mono" tabIndex={0} aria-label={say('publication.how.windows')}>
          {windows.join('\n')}
        </pre>
        <div className="small muted">{say('publication.how.linux')}</div>
        <pre className="command mono" tabIndex={0} aria-label={say('publication.how.linux')}>
          {linux.join('\n')}
        </pre>
        {chapUser !== null && <div className="small muted">{say('publication.how.secret')}</div>}
      </div>
    </details>
  );
}
