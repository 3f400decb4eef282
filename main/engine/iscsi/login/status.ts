/** Status class and detail of a login response (RFC 7143, 11.13.5). */
export const loginStatus = {
  success: 0x0000,
  initiatorError: 0x0200,
  authenticationFailure: 0x0201,
  authorizationFailure: 0x0202,
  notFound: 0x0203,
  unsupportedVersion: 0x0205,
  missingParameter: 0x0207,
  sessionTypeNotSupported: 0x0209,
  sessionDoesNotExist: 0x020a,
  outOfResources: 0x0302,
} as const;
export type LoginStatus = keyof typeof loginStatus;
