import { Annotations, Aspects, CfnResource, RemovalPolicy } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { isUserWorkload } from '../util/user-workloads';

const MANIFEST = 'Custom::AWSCDK-EKS-KubernetesResource';
const NETWORK_TAGS = 'Custom::EksAlbIngressNetworkTags';

/**
 * What a controller needs to go on working: its objects, its rights, and the marks of its network.
 *
 * Not what stands behind custom resources, which serves nobody once they are gone.
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
 * CloudFormation takes note of a deletion policy only where something else of the resource changes too: metadata, if nothing more.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
 */
const NOTICE = 'cdk-eks-alb-ingress-support:removalPolicy';

/** Whether a removal policy leaves the controller behind. */
export function keepsController(policy: RemovalPolicy | undefined): policy is RemovalPolicy {
  return policy !== undefined && policy !== RemovalPolicy.DESTROY;
}

export interface RemovalOptions {
  readonly removalPolicy?: RemovalPolicy;
  readonly takeOver?: boolean;
}

/**
 * Leaves a controller in the cluster with all that it needs to work, when its construct or stack goes and that is asked for: one without
 * its role would keep its load balancers from being looked after by anyone.
 *
 * One that is being taken over stays too, since a deployment that fails would take it down. Ingresses are for their own users to keep:
 * one that is taken out of the app goes, and one under a new id fails to be made while the old one is there.
 *
 * @param except id of a child that goes in any case
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
        node.addMetadata(NOTICE, policy);
        if (node.cfnResourceType === NETWORK_TAGS) {
          // An earlier owner that goes takes its tags along: when the policy changes again, they are put back.
          node.addPropertyOverride('RemovalPolicy', policy);
        } else if (takeOver && node.cfnResourceType === MANIFEST) {
          // `kubectl apply` rather than `create`, which fails where the object is there.
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
