export type Texts = Readonly<Record<string, readonly [english: string, german: string]>>;
