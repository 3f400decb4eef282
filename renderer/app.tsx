import { FluentProvider, Toaster } from '@fluentui/react-components';
import {
  ArrowCounterclockwise20Regular,
  Beaker20Regular,
  CalendarClock20Regular,
  ClipboardTextLtr20Regular,
  DocumentData20Regular,
  Flash20Regular,
  Home20Regular,
  PlayCircle20Regular,
  PlugConnected20Regular,
  Server20Regular,
  Settings20Regular,
  Shield20Regular,
  Storage20Regular,
} from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState, type ComponentType, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, Router, useLocation } from 'wouter';
import { toasterId } from './components/act.tsx';
import { Brand } from './components/brand.tsx';
import { Failure } from './components/states.tsx';
import { UnlockProvider } from './components/unlock.tsx';
import { systemLanguage, type TextKey } from './i18n.ts';
import { loadPages, Routes } from './routes.tsx';
import { queries } from './queries.ts';
import { darkTheme, lightTheme } from './theme.ts';
import { usePlace } from './use-place.ts';
import { useText } from './use-text.ts';

const places: readonly { readonly path: string; readonly text: TextKey; readonly icon: ComponentType }[] = [
  { path: '/', text: 'overview.title', icon: Home20Regular },
  { path: '/protect', text: 'protect.title', icon: Shield20Regular },
  { path: '/jobs', text: 'jobs.title', icon: CalendarClock20Regular },
  { path: '/runs', text: 'runs.title', icon: PlayCircle20Regular },
  { path: '/restore', text: 'restore.title', icon: ArrowCounterclockwise20Regular },
  { path: '/recoveries', text: 'recoveries.title', icon: Flash20Regular },
  { path: '/publications', text: 'publications.title', icon: PlugConnected20Regular },
  { path: '/drills', text: 'drills.title', icon: Beaker20Regular },
  { path: '/hosts', text: 'hosts.title', icon: Server20Regular },
  { path: '/repositories', text: 'repositories.title', icon: Storage20Regular },
  { path: '/reports', text: 'reports.title', icon: DocumentData20Regular },
  { path: '/activity', text: 'activity.title', icon: ClipboardTextLtr20Regular },
  { path: '/settings', text: 'settings.title', icon: Settings20Regular },
];

/** What stands apart: not for every day. */
const firstAside = '/reports';

export function App() {
  const { data: settings } = useQuery(queries.settings);
  const { i18n } = useTranslation();
  const systemDark = useMedia('(prefers-color-scheme: dark)');
  const theme = settings?.theme ?? 'system';
  const dark = theme === 'system' ? systemDark : theme === 'dark';
  const language = settings === undefined || settings.language === 'system' ? systemLanguage() : settings.language;
  useEffect(() => {
    document.documentElement.lang = language;
    void i18n.changeLanguage(language);
  }, [i18n, language]);
  useEffect(() => {
    document.documentElement.style.colorScheme = dark ? 'dark' : 'light';
  }, [dark]);
  return (
    <FluentProvider theme={dark ? darkTheme : lightTheme} style={{ height: '100%' }}>
      <Router hook={usePlace}>
        <UnlockProvider>
          <Frame />
        </UnlockProvider>
      </Router>
      <Toaster toasterId={toasterId} position="bottom-end" />
    </FluentProvider>
  );
}

function Frame() {
  const say = useText();
  const [location] = useLocation();
  const { data: session } = useQuery(queries.session);
  const alive = useQuery(queries.alive);
  // As in base.css: icons alone lead on where there is half a screen.
  const words = useMedia('(max-width: 860px)') ? 'hidden' : undefined;
  useEffect(() => void requestIdleCallback(loadPages), []);
  return (
    <div className="app">
      <a
        className="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          document.querySelector<HTMLElement>('main h1')?.focus();
        }}
      >
        {say('nav.skip')}
      </a>
      <nav className="nav" aria-label={say('nav.label')}>
        <div className="brand">
          <Brand />
          <span className={words}>Hostkeep</span>
        </div>
        {places.map(({ path, text, icon: Icon }) => (
          <NavLink key={path} path={path} title={say(text)} current={isIn(location, path)} gap={path === firstAside}>
            <Icon />
            <span className={words}>{say(text)}</span>
          </NavLink>
        ))}
        <div className="nav-gap" />
        <div className={words ?? 'nav-foot'}>{session !== undefined && `Hostkeep ${session.version}`}</div>
      </nav>
      <main className="main" id="main">
        {alive.isError && (
          <div style={{ padding: '16px 28px 0' }}>
            <Failure error={alive.error} retry={() => void alive.refetch()} />
          </div>
        )}
        <Routes />
      </main>
    </div>
  );
}

interface NavLinkProps {
  /** Its words, for where there is room for the icon alone. */
  readonly title: string;
  readonly path: string;
  readonly current: boolean;
  readonly gap: boolean;
  readonly children: ReactNode;
}

function NavLink({ path, title, current, gap, children }: NavLinkProps) {
  return (
    <Link href={path} title={title} aria-current={current ? 'page' : undefined} style={gap ? { marginTop: 14 } : undefined}>
      {children}
    </Link>
  );
}

function isIn(location: string, path: string): boolean {
  if (path === '/') return location === '/' || location.startsWith('/first-run');
  return location === path || location.startsWith(`${path}/`) || location.startsWith(`${path}?`);
}

function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const media = matchMedia(query);
    const onChange = (): void => setMatches(media.matches);
    media.addEventListener('change', onChange);
    return () => media.removeEventListener('change', onChange);
  }, [query]);
  return matches;
}
