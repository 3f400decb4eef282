import type { PublishedTarget } from '#contract';

/** Lines for the initiators of Windows and of Linux (open-iscsi). Names of CHAP users are quoted: they are free text. */
export function initiatorCommands(
  { portal, iqn }: Pick<PublishedTarget, 'portal' | 'iqn'>,
  chapUser: string | null,
): { readonly windows: readonly string[]; readonly linux: readonly string[] } {
  const at = portal.lastIndexOf(':');
  const [address, port] = [portal.slice(0, at).replace(/^\[|\]$/g, ''), portal.slice(at + 1)];
  const chap =
    chapUser === null
      ? ''
      : ` -AuthenticationType ONEWAYCHAP -ChapUsername '${chapUser.replaceAll("'", "''")}' -ChapSecret (Read-Host)`;
  const update = `iscsiadm -m node -T ${iqn} -p ${portal} -o update`;
  return {
    windows: [
      'Start-Service MSiSCSI',
      `New-IscsiTargetPortal -TargetPortalAddress ${address} -TargetPortalPortNumber ${port}`,
      `Connect-IscsiTarget -NodeAddress ${iqn} -TargetPortalAddress ${address} -TargetPortalPortNumber ${port}${chap}`,
    ],
    linux: [
      `iscsiadm -m discovery -t sendtargets -p ${portal}`,
      ...(chapUser === null
        ? []
        : [
            `${update} -n node.session.auth.authmethod -v CHAP`,
            `${update} -n node.session.auth.username -v '${chapUser.replaceAll("'", String.raw`'\''`)}'`,
            `read -rs SECRET && ${update} -n node.session.auth.password -v "$SECRET"`,
          ]),
      `iscsiadm -m node -T ${iqn} -p ${portal} --login`,
    ],
  };
}
