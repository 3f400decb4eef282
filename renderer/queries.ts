/** What the pages know of the server: each question once, with how often it is asked again. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { PlanWish } from '#contract';
import { api } from './api.ts';

const slowMs = 5_000;
const liveMs = 700;
const watchedMs = 2_000;
const runsAPage = 300;
const mostFound = 5_000;
const mostBig = 1_000;
const mostRotated = 500;
const mostKeys = 5_000;
const mostEvents = 2_000;

export interface EventsOf {
  readonly level: number | null;
  readonly ids: number[] | null;
  readonly since: number | null;
}

export interface SearchOf {
  readonly repository: string;
  readonly pattern: string;
  readonly vm: string | null;
  readonly since: number | null;
}

export const queries = {
  session: queryOptions({ queryKey: ['session'], queryFn: () => api.session.query({}), staleTime: Infinity }),
  /** Whether the console still answers. */
  alive: queryOptions({ queryKey: ['alive'], queryFn: () => api.session.query({}), refetchInterval: slowMs, retry: false }),
  overview: queryOptions({ queryKey: ['overview'], queryFn: () => api.overview.query({}), refetchInterval: slowMs }),
  vms: queryOptions({ queryKey: ['vms'], queryFn: () => api.vms.list.query({}), refetchInterval: slowMs }),
  disks: (host: string) =>
    queryOptions({ queryKey: ['disks', host], queryFn: () => api.vms.disks.query({ host }), staleTime: slowMs }),
  guestAccount: (host: string, vm: string) =>
    queryOptions({ queryKey: ['guest-account', host, vm], queryFn: () => api.guests.account.query({ host, vm }), retry: false }),
  hosts: queryOptions({ queryKey: ['hosts'], queryFn: () => api.hosts.list.query({}), refetchInterval: slowMs }),
  repositories: queryOptions({
    queryKey: ['repositories'],
    queryFn: () => api.repositories.list.query({}),
    refetchInterval: slowMs,
  }),
  objectSet: (repository: string, point: string, path: string) =>
    queryOptions({
      queryKey: ['object-set', repository, point, path],
      queryFn: () => api.objects.set.query({ repository, point, path }),
      staleTime: Infinity,
      retry: false,
    }),
  rotation: (repository: string) =>
    queryOptions({
      queryKey: ['rotation', repository],
      queryFn: () => api.repositories.rotation.query({ repository, limit: mostRotated }),
      refetchInterval: slowMs,
    }),
  jobs: queryOptions({ queryKey: ['jobs'], queryFn: () => api.jobs.list.query({}), refetchInterval: slowMs }),
  job: (job: string) => queryOptions({ queryKey: ['job', job], queryFn: () => api.jobs.get.query({ job }), staleTime: Infinity }),
  plan: (wish: PlanWish) =>
    queryOptions({
      queryKey: ['plan', wish],
      queryFn: () => api.jobs.plan.query(wish),
      // A run of the job may be making points just now.
      refetchInterval: wish.job === null ? false : slowMs,
      placeholderData: keepPreviousData,
      retry: false,
    }),
  recoveries: queryOptions({
    queryKey: ['recoveries'],
    queryFn: () => api.recoveries.list.query({}),
    refetchInterval: watchedMs,
  }),
  /** The host is asked: only while somebody looks. */
  look: (recovery: string) =>
    queryOptions({
      queryKey: ['look', recovery],
      queryFn: () => api.recoveries.look.query({ recovery, picture: true }),
      refetchInterval: slowMs,
      retry: false,
    }),
  publications: queryOptions({
    queryKey: ['publications'],
    queryFn: () => api.publications.list.query({}),
    refetchInterval: watchedMs,
  }),
  drills: queryOptions({ queryKey: ['drills'], queryFn: () => api.drills.list.query({}), refetchInterval: slowMs }),
  drill: (drill: string) =>
    queryOptions({ queryKey: ['drill', drill], queryFn: () => api.drills.get.query({ drill }), staleTime: Infinity }),
  drillRecords: queryOptions({
    queryKey: ['drill-records'],
    queryFn: () => api.drills.records.query({}),
    refetchInterval: slowMs,
  }),
  drillRecord: (run: string) =>
    queryOptions({
      queryKey: ['drill-record', run],
      queryFn: () => api.drills.record.query({ run }),
      staleTime: Infinity,
      retry: false,
    }),
  report: (month: string, language: 'en' | 'de') =>
    queryOptions({
      queryKey: ['report', month, language],
      queryFn: () => api.reports.month.query({ month, language }),
      staleTime: 30_000,
      placeholderData: keepPreviousData,
    }),
  taskAccount: queryOptions({
    queryKey: ['task-account'],
    queryFn: () => api.scheduler.account.query({}),
    staleTime: 60_000,
  }),
  marks: (repository: string) =>
    queryOptions({ queryKey: ['marks', repository], queryFn: () => api.marks.list.query({ repository }), retry: false }),
  dropped: (repository: string) =>
    queryOptions({
      queryKey: ['dropped', repository],
      queryFn: () => api.marks.dropped.query({ repository }),
      retry: false,
    }),
  alerts: queryOptions({ queryKey: ['alerts'], queryFn: () => api.alerts.list.query({}), refetchInterval: slowMs }),
  notify: queryOptions({ queryKey: ['notify'], queryFn: () => api.notify.get.query({}), staleTime: 60_000 }),
  settings: queryOptions({ queryKey: ['settings'], queryFn: () => api.settings.get.query({}), staleTime: 60_000 }),
  activity: queryOptions({
    queryKey: ['activity'],
    queryFn: () => api.activity.list.query({ limit: 1000 }),
    refetchInterval: slowMs,
  }),
  /** The newest, and page by page what is older. */
  runs: infiniteQueryOptions({
    queryKey: ['runs'],
    queryFn: ({ pageParam }) => api.runs.list.query({ limit: runsAPage, before: pageParam }),
    initialPageParam: null as number | null,
    getNextPageParam: (page) => (page.length < runsAPage ? null : page.at(-1)!.startedAt),
    // Older pages are asked again with the newest: the more are shown, the less often.
    refetchInterval: ({ state: { data } }) =>
      data?.pages.length === 1 && data.pages[0]!.some((run) => run.state === 'running') ? liveMs : slowMs,
  }),
  run: (run: string) =>
    queryOptions({
      queryKey: ['run', run],
      queryFn: () => api.runs.get.query({ run }),
      refetchInterval: ({ state: { data } }) =>
        data?.run.state === 'running' ? liveMs : data?.series.some(({ state }) => state === 'running') ? watchedMs : false,
    }),
  check: (host: string) =>
    queryOptions({ queryKey: ['check', host], queryFn: () => api.hosts.check.query({ host }), staleTime: 30_000, retry: false }),
  points: (vm: string) =>
    queryOptions({
      queryKey: ['points', vm],
      queryFn: () => api.points.list.query({ vm, repository: null, limit: 2000 }),
      refetchInterval: slowMs,
    }),
  point: (repository: string, point: string) =>
    queryOptions({
      queryKey: ['point', repository, point],
      queryFn: () => api.points.get.query({ repository, point }),
      staleTime: 10_000,
      retry: false,
    }),
  evidence: (repository: string, point: string) =>
    queryOptions({
      queryKey: ['evidence', repository, point],
      queryFn: () => api.points.evidence.query({ repository, point }),
      retry: false,
    }),
  /** A folder; `name` is a piece of names, null for all. */
  files: (repository: string, point: string, path: string, name: string | null) =>
    queryOptions({
      queryKey: ['files', repository, point, path, name],
      queryFn: () => api.files.list.query({ repository, point, path, name }),
      staleTime: Infinity,
      // Of what is typed letter by letter only the last is wanted.
      ...(name === null ? {} : { gcTime: 0, placeholderData: keepPreviousData }),
      retry: false,
    }),
  preview: (repository: string, point: string, path: string) =>
    queryOptions({
      queryKey: ['preview', repository, point, path],
      queryFn: () => api.files.preview.query({ repository, point, path }),
      staleTime: Infinity,
      retry: false,
    }),
  /** Kept for a while: walking through what was found must not search again. */
  search: (of: SearchOf) =>
    queryOptions({
      queryKey: ['search', of],
      queryFn: ({ signal }) => api.files.search.query({ ...of, limit: mostFound }, { signal }),
      staleTime: 60_000,
      // A run may be listing what is missing just now.
      refetchInterval: (query) => (query.state.data?.unlisted.length === 0 ? false : slowMs),
      retry: false,
    }),
  history: (repository: string, point: string, path: string) =>
    queryOptions({
      queryKey: ['history', repository, point, path],
      queryFn: ({ signal }) => api.files.history.query({ repository, point, path }, { signal }),
      staleTime: 60_000,
      retry: false,
    }),
  big: (repository: string, point: string) =>
    queryOptions({
      queryKey: ['big', repository, point],
      queryFn: ({ signal }) => api.files.big.query({ repository, point, limit: mostBig }, { signal }),
      staleTime: Infinity,
      retry: false,
    }),
  object: (repository: string, point: string, path: string) =>
    queryOptions({
      queryKey: ['object', repository, point, path],
      queryFn: () => api.objects.show.query({ repository, point, path }),
      staleTime: Infinity,
      retry: false,
    }),
  hiveKey: (repository: string, point: string, path: string, key: string) =>
    queryOptions({
      queryKey: ['hive', repository, point, path, key],
      queryFn: ({ signal }) => api.objects.keys.query({ repository, point, path, key, limit: mostKeys }, { signal }),
      staleTime: Infinity,
      retry: false,
    }),
  events: (repository: string, point: string, path: string, of: EventsOf) =>
    queryOptions({
      queryKey: ['events', repository, point, path, of],
      queryFn: ({ signal }) =>
        api.objects.events.query({ repository, point, path, ...of, count: mostEvents, xml: false }, { signal }),
      staleTime: Infinity,
      placeholderData: keepPreviousData,
      retry: false,
    }),
  folder: (path: string | null) =>
    queryOptions({
      queryKey: ['folder', path],
      queryFn: () => api.folders.list.query({ path }),
      placeholderData: keepPreviousData,
      retry: false,
    }),
};
