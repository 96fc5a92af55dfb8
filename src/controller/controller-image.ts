import { Fn, Token } from 'aws-cdk-lib';
import type * as ecr from 'aws-cdk-lib/aws-ecr';
import type { Construct } from 'constructs';
import { eksRegistryHost } from './eks-registries';
import type { ControllerVersion } from '../release/controller-version';
import { markInstances } from '../util/class-marker';
import { invalidProp } from '../util/messages';
import { checkStruct, checkText, checkType } from '../util/struct-check';
import { isUnknown } from '../util/tokens';
import { validateDnsSubdomain } from '../util/validation';

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

/** Charts render `"{{ repository }}:{{ tag }}"`. */
interface ImageValues {
  readonly image: { readonly repository: string; readonly tag: string };
  readonly imagePullSecrets?: { readonly name: string }[];
}

/** Chart 1.4.7 was the first to name Amazon ECR Public; before it, images were announced for the regional registries and Docker Hub only. */
const FIRST_IN_PUBLIC_ECR = 'v2.4.6';

const REPOSITORY_SHAPE = /^([a-zA-Z0-9][a-zA-Z0-9.-]*(:\d+)?\/)?[a-z0-9]+([._-]+[a-z0-9]+)*(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*$/;

/**
 * Where the nodes pull the controller's image from.
 *
 * The image must be for the chosen controller release: chart, permissions and image move together.
 */
export class ControllerImage {
  /**
   * The image in Amazon ECR Public, `public.ecr.aws/eks/aws-load-balancer-controller`.
   *
   * Nodes need a way to the internet: Amazon ECR Public has no VPC endpoint.
   * Rejected before release v2.4.6, the first one announced there.
   */
  public static publicEcr(): ControllerImage {
    return new ControllerImage({}, (_scope, version) => {
      if (!version._isAtLeast(FIRST_IN_PUBLIC_ECR)) {
        throw invalidProp('image', `ControllerImage.publicEcr() must be used with controller ${FIRST_IN_PUBLIC_ECR} or later`, version.releaseTag,
          'use ControllerImage.eksRegistry(), or a mirror of the image');
      }
      return 'public.ecr.aws/eks/aws-load-balancer-controller';
    });
  }

  /**
   * The image in the registry that Amazon EKS keeps in the stack's region for its add-ons.
   *
   * Nodes reach it without internet, through the VPC endpoints `ecr.api`, `ecr.dkr` and `s3`; their role needs
   * read access to Amazon ECR. New releases arrive there with a delay, and none is promised:
   * look before an upgrade. A region without a known registry is rejected.
   *
   * @see https://docs.aws.amazon.com/eks/latest/userguide/add-ons-images.html
   */
  public static eksRegistry(): ControllerImage {
    return new ControllerImage({}, (scope) => `${eksRegistryHost(scope)}/amazon/aws-load-balancer-controller`);
  }

  /**
   * The image in any other registry, such as a mirror of your own.
   *
   * @param repository registry and repository, without scheme, tag or digest, such as `registry.example.com/mirrors/aws-load-balancer-controller`
   * @param options which image of the repository, and the credentials to pull it with
   */
  public static fromRegistry(repository: string, options: ControllerImageOptions = {}): ControllerImage {
    checkText('image repository', repository);
    if (!isUnknown(repository) && !REPOSITORY_SHAPE.test(repository)) {
      throw invalidProp('image repository', 'must be a registry and repository without scheme, tag or digest', repository,
        'write it like registry.example.com/path/name and give the tag or digest as an option');
    }
    checkImageOptions(options);
    return new ControllerImage(options, () => repository);
  }

  /**
   * The image in an Amazon ECR repository.
   *
   * Pulling is the nodes' business: in another account, the repository's policy must let them.
   *
   * @param repository the repository, defined here or imported
   * @param options which image of the repository
   */
  public static fromEcrRepository(repository: ecr.IRepository, options: ControllerImageOptions = {}): ControllerImage {
    checkType('IRepository', 'image repository', repository);
    checkImageOptions(options);
    return new ControllerImage(options, () => repository.repositoryUri);
  }

  /**
   * The image for those who named none: Amazon ECR Public, and the region's own registry where that cannot be had.
   *
   * @internal
   */
  public static _default(version: ControllerVersion, partition: string, isolated: boolean): ControllerImage {
    const unreachable = isolated || (!Token.isUnresolved(partition) && (partition === 'aws-cn' || partition.startsWith('aws-iso')));
    return unreachable || !version._isAtLeast(FIRST_IN_PUBLIC_ECR) ? ControllerImage.eksRegistry() : ControllerImage.publicEcr();
  }

  private constructor(
    private readonly options: ControllerImageOptions,
    private readonly repository: (scope: Construct, version: ControllerVersion) => string,
  ) {}

  /**
   * Renders the chart values of the image; may define a mapping below `scope`.
   *
   * @internal
   */
  public _bind(scope: Construct, version: ControllerVersion): ImageValues {
    const repository = this.repository(scope, version);
    const { tag, digest, pullSecrets = [] } = this.options;
    return {
      image: digest === undefined
        ? { repository, tag: tag ?? version.releaseTag }
        // The chart's own colon lands between the algorithm and the digits: `repository@sha256:…`.
        : { repository: `${repository}@sha256`, tag: digestDigits(digest) },
      ...(pullSecrets.length > 0 ? { imagePullSecrets: pullSecrets.map((name) => ({ name })) } : {}),
    };
  }
}

markInstances(ControllerImage, 'ControllerImage');

function digestDigits(digest: string): string {
  return Token.isUnresolved(digest) ? Fn.select(1, Fn.split(':', digest)) : digest.slice('sha256:'.length);
}


/** Rejects options of the wrong kind or shape. */
function checkImageOptions(options: ControllerImageOptions): void {
  checkStruct('ControllerImageOptions', 'image options', options);
  const { tag, digest, pullSecrets } = options;
  if (tag !== undefined && digest !== undefined) {
    throw invalidProp('image', 'must be named by a tag or by a digest', { tag, digest }, 'leave one of them out');
  }
  if (tag !== undefined && !isUnknown(tag) && !/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/.test(tag)) {
    throw invalidProp('image tag', "must be up to 128 of A-Z, a-z, 0-9, '_', '.' and '-', not starting with '.' or '-'", tag, 'try "v3.5.0"');
  }
  if (digest !== undefined && !isUnknown(digest) && !/^sha256:[0-9a-f]{64}$/.test(digest)) {
    throw invalidProp('image digest', 'must be "sha256:" and 64 lower-case hexadecimal digits', digest, 'copy the digest of the image index');
  }
  pullSecrets?.forEach((name) => validateDnsSubdomain('image pullSecrets', name));
}
