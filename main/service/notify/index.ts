/**
 * Notices to people and programs: mail, webhooks, the Windows event log. The only folder of the service that speaks to servers
 * elsewhere, and only to those that the administrator named.
 */
export { sendDigest, sendMonthlyReport } from './digest.ts';
export { testNotice, type Notice } from './message.ts';
export { deliverNotices, everywhere, mailSecret, putOut, tellAlerts, tellRun, webhookSecret, type Courier } from './notify.ts';
export type { Delivered } from './outbox.ts';
export { readNotifySettings, writeNotifySettings, type NotifySettings } from './settings.ts';
