/** Drills as their form knows them, there and back. What the form does not ask for stays as it was. */
import type { Drill, DrillForm, DrillInput, RepositoryView } from '#contract';
import {
  passphraseFileOf,
  recurrenceOf,
  repositoryIdOf,
  repositoryOf,
  sameFields,
  startFields,
  startPlanOf,
} from './job-forms.ts';

export function drillOf(form: DrillForm, path: string): DrillInput {
  const { name, host, vms, folder, listen, waitSeconds, keyFile, passphraseFile, timeZone } = form;
  return {
    name,
    host,
    vms: [...vms],
    repository: repositoryOf(passphraseFile, path),
    folder,
    switch: form.switch,
    listen,
    waitSeconds,
    keyFile,
    schedule: { timeZone, recurrence: recurrenceOf(form), windows: [], blackouts: [] },
  };
}

/** The form that would make this drill. */
export function drillFormOf(drill: Drill, repositories: readonly RepositoryView[]): DrillForm {
  const { name, host, vms, folder, listen, waitSeconds, keyFile, repository, schedule } = drill;
  return {
    ...startPlanOf(schedule),
    name,
    host,
    repository: repositoryIdOf(repository.path, repositories),
    vms: [...vms],
    folder,
    switch: drill.switch,
    listen,
    waitSeconds,
    keyFile,
    passphraseFile: passphraseFileOf(repository),
  };
}

/** What becomes of a drill when its form comes back: times that were left alone keep what the form cannot say. */
export function drillChangeOf(
  drill: Drill,
  form: DrillForm,
  of: { readonly folder: string; readonly repositories: readonly RepositoryView[] },
): DrillInput {
  const wanted = drillOf(form, of.folder);
  const before = drillFormOf(drill, of.repositories);
  const recurrence = sameFields(before, form, startFields) ? drill.schedule.recurrence : wanted.schedule.recurrence;
  const { windows, blackouts } = drill.schedule;
  return { ...wanted, schedule: { ...wanted.schedule, recurrence, windows, blackouts } };
}
