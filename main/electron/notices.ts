/** Toasts: of runs that ended, that closing only hides, that there is a new version. Each leads to its page. */
import { Notification } from 'electron';
import type { DesktopPreferences, RunView } from '#contract';
import { codeSays } from '#contract/errors-de';
import { kindText, type SayShell } from './shell-texts.ts';
import { isTrouble } from './standing.ts';

export interface Notices {
  ended(run: RunView, wish: DesktopPreferences['notices']): void;
  hidden(): void;
  update(version: string): void;
  crashed(): void;
}

export function notices(say: () => SayShell, open: (path: string) => void): Notices {
  // A toast that nobody holds is collected, and its click with it.
  const held = new Set<Notification>();
  const tell = (title: string, body: string, path: string): void => {
    if (!Notification.isSupported()) return;
    const notice = new Notification({ title, body });
    held.add(notice);
    notice.on('click', () => {
      held.delete(notice);
      open(path);
    });
    notice.on('close', () => held.delete(notice));
    notice.show();
  };
  return {
    ended(run, wish) {
      if (wish === 'never' || run.state === 'cancelled' || run.state === 'running') return;
      if (wish === 'problems' && !isTrouble(run)) return;
      const title = say()(`notice.${run.state}`, { what: kindText(say(), run.kind) });
      const says = run.error === null ? '' : codeSays(run.error.code, run.error.message, say().language);
      tell(title, [run.vms.join(', '), says].filter((text) => text !== '').join('\n'), `/runs/${run.id}`);
    },
    hidden: () => tell(say()('close.title'), say()('close.body'), '/settings'),
    update: (version) => tell(say()('notice.update', { version }), say()('notice.update.body'), '/settings'),
    crashed: () => tell(say()('crash.title'), say()('crash.body'), '/'),
  };
}
