/**
 * Which image of a repository the controller runs, and how its nodes may pull it.
 */
export interface ControllerImageOptions {
  /**
   * Tag of the image.
   *
   * Up to 128 of `A-Z`, `a-z`, `0-9`, `_`, `.` and `-`. Tokens are accepted.
   * Excludes `digest`.
   *
   * @default - the controller release, such as `v3.5.0`
   */
  readonly tag?: string;

  /**
   * Digest of the image: `sha256:` and 64 hexadecimal digits.
   *
   * Set it to run one exact build, whatever happens to its tags; change it together with the controller release.
   * Tokens are accepted. Excludes `tag`.
   *
   * @default - the image is named by its tag
   */
  readonly digest?: string;

  /**
   * Names of the Secrets, of type `kubernetes.io/dockerconfigjson`, with the credentials of the registry.
   *
   * They must exist in the controller's namespace. Not needed for Amazon ECR: nodes pull with their own role.
   *
   * @default - the nodes' own credentials are used
   */
  readonly pullSecrets?: string[];
}
