/** What the shell itself says: English first, German second. */
import type { RunKind } from '#contract';

const texts = {
  'tray.well': ['Hostkeep: all is well', 'Hostkeep: alles in Ordnung'],
  'tray.running': ['Hostkeep: running, {{percent}}', 'Hostkeep: läuft, {{percent}}'],
  'tray.starting': ['Hostkeep: running', 'Hostkeep: läuft'],
  'tray.attention': ['Hostkeep: {{count}} need attention', 'Hostkeep: {{count}} brauchen Aufmerksamkeit'],
  'tray.attention.one': ['Hostkeep: one thing needs attention', 'Hostkeep: eines braucht Aufmerksamkeit'],
  'menu.open': ['Open Hostkeep', 'Hostkeep öffnen'],
  'menu.protect': ['Back up…', 'Sichern …'],
  'menu.restore': ['Restore…', 'Wiederherstellen …'],
  'menu.runs': ['Runs', 'Läufe'],
  'menu.settings': ['Settings', 'Einstellungen'],
  'menu.update': ['Version {{version}} is available', 'Version {{version}} ist verfügbar'],
  'menu.quit': ['Quit Hostkeep', 'Hostkeep beenden'],
  'menu.close': ['Close the window', 'Fenster schließen'],
  'menu.file': ['&File', '&Datei'],
  'menu.edit': ['&Edit', '&Bearbeiten'],
  'menu.view': ['&View', '&Ansicht'],
  'menu.help': ['&Help', '&Hilfe'],
  'menu.logs': ['Show log files', 'Protokolldateien zeigen'],
  'notice.failed': ['{{what}} failed', '{{what}} fehlgeschlagen'],
  'notice.warning': ['{{what}} ended with a warning', '{{what}} endete mit einer Warnung'],
  'notice.success': ['{{what}} succeeded', '{{what}} gelungen'],
  'notice.update': ['Hostkeep {{version}} is available', 'Hostkeep {{version}} ist verfügbar'],
  'notice.update.body': ['Install it when it suits you.', 'Installieren Sie es, wann es Ihnen passt.'],
  'close.title': ['Hostkeep stays in the notification area', 'Hostkeep bleibt im Infobereich'],
  'close.body': [
    'Backups go on with or without it. Quit it from its icon there; change this in the settings.',
    'Sicherungen laufen mit ihm und ohne es. Beenden Sie es über sein Symbol; ändern lässt sich das in den Einstellungen.',
  ],
  'crash.title': ['The window was closed by an error', 'Das Fenster wurde durch einen Fehler geschlossen'],
  'crash.body': [
    'Runs go on without it. What happened is in the log files.',
    'Läufe gehen ohne es weiter. Was geschah, steht in den Protokolldateien.',
  ],
  'kind.backup': ['Backup', 'Sicherung'],
  'kind.restore': ['Restore', 'Wiederherstellung'],
  'kind.check': ['Check', 'Prüfung'],
  'kind.other': ['Run', 'Lauf'],
} as const satisfies Readonly<Record<string, readonly [english: string, german: string]>>;

type ShellText = keyof typeof texts;
export interface SayShell {
  (text: ShellText, values?: Readonly<Record<string, string | number>>): string;
  readonly language: 'en' | 'de';
}

export function shellTexts(language: 'en' | 'de'): SayShell {
  const say = (text: ShellText, values: Readonly<Record<string, string | number>> = {}): string =>
    texts[text][language === 'de' ? 1 : 0].replace(/\{\{(\w+)\}\}/g, (_all, name: string) => String(values[name] ?? ''));
  return Object.assign(say, { language });
}

export function kindText(say: SayShell, kind: RunKind): string {
  if (kind === 'backup' || kind === 'image-backup') return say('kind.backup');
  if (kind.startsWith('restore')) return say('kind.restore');
  return say(kind === 'check' ? 'kind.check' : 'kind.other');
}
