/**
 * What the construct writes into its custom resource and the program reads.
 *
 * Of its own, and without imports: the program is bundled apart from the library, and the library never loads it.
 */

/** Ids, and lists of ids that CloudFormation fills in. */
export type ResourceIds = (string | string[])[];

export interface WantedTag {
  readonly Key: string;
  readonly Value: string;
  /** Values that do as well: a tag which has one of them, and is not ours, stays as it is. */
  readonly Alternatives?: string[];
}

/** Properties of `Custom::EksAlbIngressNetworkTags`. */
export interface NetworkTagsProperties {
  readonly ResourceIds: ResourceIds;
  readonly Tags: WantedTag[];
  /** CloudFormation turns booleans into strings on the way. */
  readonly KeepOnDelete: 'true' | 'false';
  /** Another custom resource of the stack with the same tags: what moves between the two is never without them. */
  readonly Sibling?: {
    readonly LogicalId: string;
    readonly ResourceIds: ResourceIds;
  };
}
