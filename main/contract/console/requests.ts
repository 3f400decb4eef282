/**
 * What the console may ask for: one schema per procedure, strict and bounded in every direction. The request handler checks
 * them before anything else happens; `test/service/procedures.test.ts` checks that nothing here is unbounded.
 */
import { array, boolean, maxLength, minLength, nullable, picklist, pipe, strictObject, type InferOutput } from 'valibot';
import { consistencyPolicies } from '../ids.ts';
import { drillEditSchema, drillFormSchema, jobEditSchema, jobFormSchema, planWishSchema } from './job-form.ts';
import { hex, text, whole } from '../schema-parts.ts';

const name = text(1, 128);
const folder = text(1, 4096);
const secret = text(1, 1024);
const guestPath = text(1, 65_536);
const repository = hex(16);
const ofPoint = { repository, point: hex(8) };

const latestTime = 8.64e15;

export const requests = {
  none: strictObject({}),
  hosts: {
    one: strictObject({ host: name }),
    form: strictObject({
      name,
      address: nullable(text(1, 255)),
      useSsl: boolean(),
      port: nullable(whole(1, 65_535)),
      user: nullable(text(1, 256)),
      password: nullable(secret),
      path: picklist(['auto', 'checkpoint', 'shadow']),
      ledger: text(0, 4096),
    }),
  },
  lab: {
    passDays: strictObject({ days: whole(1, 30) }),
    fault: strictObject({
      step: picklist(['enumerate-writers', 'prepare', 'flush', 'ready', 'checkpoint', 'release', 'post-backup']),
      kind: picklist(['writer-retryable', 'writer-failed', 'checkpoint-failed', 'tracking-lost', 'merge-hang', 'host-vanish']),
      vm: nullable(name),
    }),
  },
  repositories: {
    one: strictObject({ repository }),
    create: strictObject({ name, folder, passphrase: text(8, 1024) }),
    add: strictObject({ name, folder, secret }),
    unlock: strictObject({ repository, secret, remember: boolean() }),
    confirmKey: strictObject({ repository, key: text(1, 128) }),
    changePassphrase: strictObject({ repository, passphrase: text(8, 1024) }),
    check: strictObject({ repository, readData: boolean(), repairIndex: boolean() }),
    rotation: strictObject({ repository, limit: whole(1, 2000) }),
    /** So many of the rotation; null for the newest restore point of each VM. */
    verify: strictObject({ repository, next: nullable(whole(1, 1000)) }),
  },
  backups: {
    start: strictObject({
      host: name,
      repository,
      vms: pipe(array(name), minLength(1), maxLength(1000)),
      consistency: picklist(consistencyPolicies),
      truncateLogs: boolean(),
    }),
  },
  jobs: {
    one: strictObject({ job: text(1, 64) }),
    pause: strictObject({ job: text(1, 64), paused: boolean() }),
    plan: planWishSchema,
    form: jobFormSchema,
    edit: jobEditSchema,
  },
  scheduler: { account: strictObject({ user: nullable(text(1, 256)), password: nullable(secret) }) },
  runs: {
    list: strictObject({ limit: whole(1, 500), before: nullable(whole(0, latestTime)) }),
    one: strictObject({ run: hex(6) }),
    /** That run, or also all that its process has not done yet. */
    cancel: strictObject({ run: hex(6), series: boolean() }),
  },
  points: {
    list: strictObject({ vm: nullable(name), repository: nullable(repository), limit: whole(1, 2000) }),
    one: strictObject(ofPoint),
    verify: strictObject({ ...ofPoint, all: boolean() }),
    pin: strictObject({ ...ofPoint, pinned: boolean(), why: text(0, 200) }),
  },
  files: {
    one: strictObject({ ...ofPoint, path: guestPath }),
    /** Those that have that piece in their names; null for all. */
    list: strictObject({ ...ofPoint, path: guestPath, name: nullable(text(1, 255)) }),
    /** Of one VM (name or id), or of all; only restore points that are not older than `since`. */
    search: strictObject({
      repository,
      pattern: text(1, 1024),
      vm: nullable(name),
      since: nullable(whole(0, latestTime)),
      limit: whole(1, 5000),
    }),
    big: strictObject({ ...ofPoint, limit: whole(1, 1000) }),
    /** Catalogues what has none: these restore points, or all of them. */
    catalog: strictObject({ repository, points: nullable(pipe(array(hex(8)), minLength(1), maxLength(1000))) }),
  },
  objects: {
    one: strictObject({ ...ofPoint, path: guestPath }),
    /** A key by `\\` from the hive's root; empty for the root. */
    keys: strictObject({ ...ofPoint, path: guestPath, key: text(0, 32_768), limit: whole(1, 5000) }),
    events: strictObject({
      ...ofPoint,
      path: guestPath,
      since: nullable(whole(0, latestTime)),
      /** Event ids; null for all. */
      ids: nullable(pipe(array(whole(0, 65_535)), minLength(1), maxLength(100))),
      /** As bad as this or worse: 1 critical to 5 verbose; null for all. */
      level: nullable(whole(1, 5)),
      count: whole(1, 2000),
      xml: boolean(),
    }),
  },
  restore: {
    /** A database or hive with all files that belong to it, found from one of them. */
    set: strictObject({ ...ofPoint, path: guestPath, to: folder, conflict: picklist(['rename', 'skip', 'overwrite']) }),
    /** Into the guest of a VM that runs. */
    filesToGuest: strictObject({
      ...ofPoint,
      paths: pipe(array(guestPath), minLength(1), maxLength(5000)),
      host: name,
      vm: text(1, 256),
      /** In the guest. */
      folder,
      conflict: picklist(['rename', 'skip', 'overwrite']),
    }),
    files: strictObject({
      ...ofPoint,
      paths: pipe(array(guestPath), minLength(1), maxLength(5000)),
      to: folder,
      /** What happens where something of that name is already. */
      conflict: picklist(['rename', 'skip', 'overwrite']),
    }),
    zip: strictObject({
      ...ofPoint,
      paths: pipe(array(guestPath), minLength(1), maxLength(5000)),
      /** The zip. */
      file: folder,
      overwrite: boolean(),
    }),
    disk: strictObject({ ...ofPoint, disk: whole(0, 255), format: picklist(['vhdx', 'raw']), to: folder }),
    /** In the place of the VM's disk of that number. */
    diskToHost: strictObject({ ...ofPoint, host: name, disk: whole(0, 255) }),
    vm: strictObject({ ...ofPoint, to: folder }),
    vmToHost: strictObject({
      ...ofPoint,
      host: name,
      /** On the host. */
      folder,
      /** Null: as it was called. */
      name: nullable(text(1, 100)),
      /** A new VM beside the old one; the VM that it was; or that one, taking the place of what is there now. */
      as: picklist(['new', 'itself', 'replacement']),
      disconnectNetwork: boolean(),
      start: boolean(),
    }),
  },
  drills: {
    one: strictObject({ drill: text(1, 64) }),
    form: drillFormSchema,
    edit: drillEditSchema,
    pause: strictObject({ drill: text(1, 64), paused: boolean() }),
    record: strictObject({ run: hex(6) }),
    /** A signed record as its file has it; with the key that must have signed it, or whichever did. */
    check: strictObject({ text: text(2, 900_000), key: nullable(text(1, 64)) }),
    makeKey: strictObject({ file: folder }),
  },
  recoveries: {
    one: strictObject({ recovery: text(1, 64) }),
    look: strictObject({ recovery: text(1, 64), picture: boolean() }),
    finalise: strictObject({ recovery: text(1, 64), turnOff: boolean() }),
    start: strictObject({
      repository: text(1, 64),
      point: text(1, 64),
      host: name,
      /** On the host. */
      folder,
      vmName: nullable(text(1, 100)),
      /** Null: disconnected. */
      switch: nullable(text(1, 256)),
      /** Null where the host is this computer. */
      listen: nullable(text(1, 80)),
      rebuild: boolean(),
    }),
  },
  publications: {
    one: strictObject({ publication: text(1, 40) }),
    start: strictObject({
      ...ofPoint,
      /** Null: the one that belongs to the restore point. */
      id: nullable(text(1, 40)),
      /** Null: all of them. */
      disks: nullable(pipe(array(whole(0, 255)), minLength(1), maxLength(64))),
      listen: text(1, 64),
      chap: nullable(strictObject({ user: text(1, 256), secret: text(12, 255) })),
      /** Null: whoever may connect. */
      initiators: nullable(pipe(array(text(1, 223)), minLength(1), maxLength(64))),
      overlayLimitBytes: whole(1024 * 1024, Number.MAX_SAFE_INTEGER),
    }),
  },
  folders: { list: strictObject({ path: nullable(folder) }), make: strictObject({ path: folder }) },
  vms: {
    disks: strictObject({ host: name }),
    tag: strictObject({ host: name, vm: text(1, 256), tag: text(1, 41), present: boolean() }),
    one: strictObject({ host: name, vm: text(1, 64) }),
    /** Who signs in to its guest; to be tried also null: whoever is kept. */
    guest: strictObject({ host: name, vm: text(1, 64), user: text(1, 256), password: secret }),
    tryGuest: strictObject({
      host: name,
      vm: text(1, 64),
      given: nullable(strictObject({ user: text(1, 256), password: secret })),
    }),
  },
  notify: {
    /** What is right in detail is for the settings themselves to say. */
    set: strictObject({
      mail: nullable(
        strictObject({
          host: text(1, 255),
          port: whole(1, 65_535),
          security: picklist(['tls', 'starttls', 'none']),
          user: nullable(text(1, 254)),
          passwordFile: nullable(folder),
          certificatesFile: nullable(folder),
          from: text(1, 254),
          to: pipe(array(text(1, 254)), minLength(1), maxLength(20)),
        }),
      ),
      webhooks: pipe(array(strictObject({ name: text(1, 40), url: text(1, 2048), keyFile: nullable(folder) })), maxLength(20)),
      eventLog: boolean(),
      digestAt: nullable(text(5, 5)),
      monthlyReport: boolean(),
      reportLanguage: picklist(['en', 'de']),
    }),
    /** `mail`, or the name of a webhook. */
    secret: strictObject({ of: text(1, 40), secret }),
  },
  transfer: { import: strictObject({ text: text(2, 512 * 1024) }) },
  support: { bundle: strictObject({ to: folder }) },
  alerts: { seen: strictObject({ alert: nullable(whole(1, Number.MAX_SAFE_INTEGER)) }) },
  activity: { list: strictObject({ limit: whole(1, 1000) }) },
  /** `2026-10`; null for the month before this one. */
  reports: { month: strictObject({ month: nullable(text(7, 7)), language: picklist(['en', 'de']) }) },
  settings: {
    set: strictObject({ language: picklist(['system', 'en', 'de']), theme: picklist(['system', 'light', 'dark']) }),
  },
} as const;

export type HostForm = InferOutput<typeof requests.hosts.form>;
export type BackupWish = InferOutput<typeof requests.backups.start>;
export type Settings = InferOutput<typeof requests.settings.set>;
