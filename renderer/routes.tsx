/** Which page an address opens. */
import { Suspense } from 'react';
import { Redirect, Route, Switch } from 'wouter';
import { latePage } from './late-page.tsx';
import { Overview } from './pages/overview.tsx';

/** All but the first are loaded when they are wanted, or when there is nothing else to do. */
const late = {
  FirstRun: latePage(async () => (await import('./pages/first-run.tsx')).FirstRun),
  Protect: latePage(async () => (await import('./pages/protect.tsx')).Protect),
  Jobs: latePage(async () => (await import('./pages/jobs.tsx')).Jobs),
  Runs: latePage(async () => (await import('./pages/runs.tsx')).Runs),
  RunPage: latePage(async () => (await import('./pages/run.tsx')).RunPage),
  Restore: latePage(async () => (await import('./pages/restore.tsx')).Restore),
  RestorePoint: latePage(async () => (await import('./pages/restore-point.tsx')).RestorePoint),
  RestoreFiles: latePage(async () => (await import('./pages/restore-files.tsx')).RestoreFiles),
  Hive: latePage(async () => (await import('./pages/hive.tsx')).Hive),
  Events: latePage(async () => (await import('./pages/events.tsx')).Events),
  Search: latePage(async () => (await import('./pages/search.tsx')).Search),
  Big: latePage(async () => (await import('./pages/big.tsx')).Big),
  Recoveries: latePage(async () => (await import('./pages/recoveries.tsx')).Recoveries),
  Publications: latePage(async () => (await import('./pages/publications.tsx')).Publications),
  Drills: latePage(async () => (await import('./pages/drills.tsx')).Drills),
  DrillRecord: latePage(async () => (await import('./pages/drill-record.tsx')).DrillRecordPage),
  Reports: latePage(async () => (await import('./pages/reports.tsx')).Reports),
  Hosts: latePage(async () => (await import('./pages/hosts.tsx')).Hosts),
  Repositories: latePage(async () => (await import('./pages/repositories.tsx')).Repositories),
  Rotation: latePage(async () => (await import('./pages/rotation.tsx')).Rotation),
  Activity: latePage(async () => (await import('./pages/activity.tsx')).Activity),
  Settings: latePage(async () => (await import('./pages/settings.tsx')).Settings),
};

export function loadPages(): void {
  // One that cannot be had says so when it is wanted.
  for (const page of Object.values(late)) void page.load().catch(() => undefined);
}

export function Routes() {
  return (
    <Suspense>
      <Switch>
        <Route path="/" component={Overview} />
        <Route path="/first-run" component={late.FirstRun} />
        <Route path="/protect" component={late.Protect} />
        <Route path="/jobs" component={late.Jobs} />
        <Route path="/runs" component={late.Runs} />
        <Route path="/runs/:run">{({ run }) => <late.RunPage key={run} id={run} />}</Route>
        <Route path="/restore" component={late.Restore} />
        <Route path="/restore/search" component={late.Search} />
        <Route path="/restore/:repository/:point">
          {({ repository, point }) => <late.RestorePoint key={point} repository={repository} point={point} />}
        </Route>
        <Route path="/restore/:repository/:point/files">
          {({ repository, point }) => <late.RestoreFiles key={point} repository={repository} point={point} />}
        </Route>
        <Route path="/restore/:repository/:point/big">
          {({ repository, point }) => <late.Big key={point} repository={repository} point={point} />}
        </Route>
        <Route path="/restore/:repository/:point/hive">
          {({ repository, point }) => <late.Hive key={point} repository={repository} point={point} />}
        </Route>
        <Route path="/restore/:repository/:point/events">
          {({ repository, point }) => <late.Events key={point} repository={repository} point={point} />}
        </Route>
        <Route path="/recoveries" component={late.Recoveries} />
        <Route path="/publications" component={late.Publications} />
        <Route path="/drills" component={late.Drills} />
        <Route path="/drills/:run">{({ run }) => <late.DrillRecord key={run} run={run} />}</Route>
        <Route path="/hosts" component={late.Hosts} />
        <Route path="/repositories" component={late.Repositories} />
        <Route path="/repositories/:repository">
          {({ repository }) => <late.Rotation key={repository} repository={repository} />}
        </Route>
        <Route path="/reports" component={late.Reports} />
        <Route path="/activity" component={late.Activity} />
        <Route path="/settings" component={late.Settings} />
        <Route>
          <Redirect to="/" />
        </Route>
      </Switch>
    </Suspense>
  );
}
