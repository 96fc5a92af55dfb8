import { Annotations, Aspects, CfnResource, RemovalPolicy } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { isUserWorkload } from '../util/user-workloads';

const MANIFEST = 'Custom::AWSCDK-EKS-KubernetesResource';
const NETWORK_TAGS = 'Custom::EksAlbIngressNetworkTags';

/**
 * What a controller needs to keep working: its objects, its rights, and the tags of its network.
 *
 * Not the functions of custom resources, which are of no use without them.
 */
const NEEDED = [
  'AWS::EC2::SecurityGroupIngress',
  'AWS::EKS::PodIdentityAssociation',
  'AWS::IAM::ManagedPolicy',
  'AWS::IAM::Role',
  'Custom::AWSCDK-EKS-HelmChart',
  MANIFEST,
  NETWORK_TAGS,
];

/**
 * CloudFormation updates a deletion policy only if something else of the resource changes too, such as its metadata.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
 */
const METADATA = 'cdk-eks-alb-ingress-support:removalPolicy';

/** Whether a removal policy keeps the controller. */
export function keepsController(policy: RemovalPolicy | undefined): policy is RemovalPolicy {
  return policy !== undefined && policy !== RemovalPolicy.DESTROY;
}

export interface RemovalOptions {
  readonly removalPolicy?: RemovalPolicy;
  readonly takeOver?: boolean;
}

/**
 * Keeps the controller in the cluster, with all that it needs, when its construct or stack is removed, if the removal policy says so.
 * Without its role it could not manage its load balancers.
 *
 * A controller that is being taken over is kept too, since a failed deployment would delete it. Ingresses have removal policies of
 * their own: one that is removed from the app is deleted, and one with a new id cannot be created while the old one exists.
 *
 * @param except id of a child that is always removed
 */
export function keepController(support: IConstruct, { removalPolicy, takeOver }: RemovalOptions, except: string): void {
  const policy = takeOver ? RemovalPolicy.RETAIN : removalPolicy;
  if (takeOver) {
    Annotations.of(support).addInfo('takeOver keeps the controller from being removed, with this stack too: leave it out in the deployment after this one');
  }
  if (!keepsController(policy)) {
    return;
  }
  Aspects.of(support).add({
    visit: (node) => {
      if (CfnResource.isCfnResource(node) && NEEDED.includes(node.cfnResourceType) && !isBelow(support, except, node) && !isUserWorkload(node)) {
        node.applyRemovalPolicy(policy);
        node.addMetadata(METADATA, policy);
        if (node.cfnResourceType === NETWORK_TAGS) {
          // An earlier owner deletes its tags when it is removed. When the policy changes again, they are set again.
          node.addPropertyOverride('RemovalPolicy', policy);
        } else if (takeOver && node.cfnResourceType === MANIFEST) {
          // `kubectl apply` in place of `create`, which fails if the object exists.
          node.addPropertyOverride('Overwrite', true);
        }
      }
    },
  });
}

function isBelow(support: IConstruct, id: string, node: IConstruct): boolean {
  const child = support.node.tryFindChild(id);
  return child !== undefined && node.node.scopes.includes(child);
}
