/** What an error says and what to do about it, in German. `<host>` and the like stand for details, as in the catalogue. */
export type German = Readonly<Record<string, readonly [says: string, remedy: string]>>;
