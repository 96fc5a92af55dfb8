/**
 * What the construct writes into its custom resource and the program reads.
 *
 * Of its own, and without imports: the program is bundled apart from the library, and the library never loads it.
 */

/** Properties of `Custom::EksAlbIngressNetworkTags`. */
export interface NetworkTagsProperties {
  readonly ResourceIds: string[];
  readonly Tags: { readonly Key: string; readonly Value: string }[];
  /** CloudFormation turns booleans into strings on the way. */
  readonly KeepOnDelete: 'true' | 'false';
}
