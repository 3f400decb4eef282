export * from './desktop.ts';
export { type DrillForm, type JobForm, type JobPlan, type PlanWish, type StartPlan, type Stretch } from './job-form.ts';
export * from './object-views.ts';
export * from './point-views.ts';
export * from './requests.ts';
export * from './search-views.ts';
export * from './views.ts';
