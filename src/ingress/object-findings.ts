import { CfnResource } from 'aws-cdk-lib';
import { nameOf, namespaceOf } from './lint-context';
import { propertiesOf } from '../cluster/cdk-internals';
import type { KubernetesObject } from '../cluster/manifest-objects';
import type { Finding } from '../options/option';
import type { ServingController } from '../release/serving-controller';
import { isUnknown } from '../util/tokens';

/** A manifest of the app, with what it defines. */
export interface ReadManifest {
  readonly resource: CfnResource;
  readonly objects: KubernetesObject[];
}

/** A class that the support defines. */
export interface DefinedClass {
  readonly prop: string;
  readonly isFirst: boolean;
}

/** What is wrong with an object of a manifest. */
export interface ObjectFinding {
  readonly manifest: ReadManifest;
  readonly finding: Finding;
}

/** Kinds that a class of the support consists of, with the API groups of the controller and of EKS Auto Mode. */
const CLASS_KINDS = ['networking.k8s.io/IngressClass', 'elbv2.k8s.aws/IngressClassParams', 'eks.amazonaws.com/IngressClassParams'];

/**
 * Finds objects that are defined twice: by two manifests, or by a manifest and a class of the support.
 *
 * The CDK creates the objects of a manifest, and the API server creates one of a name only. A manifest with `overwrite` applies them.
 */
export function findNamesakes(manifests: readonly ReadManifest[], classes: ReadonlyMap<string, DefinedClass>): string[] {
  const before = new Map<string, CfnResource>();
  return manifests.filter(({ resource }) => mustCreate(resource)).flatMap(({ resource, objects }) => objects.flatMap((object) => {
    const { kind, metadata } = object;
    if (kind === undefined || metadata?.name === undefined || isUnknown(metadata.name) || isUnknown(metadata.namespace)) {
      return [];
    }
    const type = `${groupOf(object)}/${kind}`;
    const key = `${type} ${nameOf(object)}`;
    const ofClass = CLASS_KINDS.includes(type) ? classes.get(metadata.name) : undefined;
    const other = before.get(key);
    before.set(key, other ?? resource);
    if (ofClass) {
      const way = ofClass.isFirst ? 'set ingressClass: { create: false } to keep that of the manifest' : `leave out ${ofClass.prop}`;
      return [`${kind} ${metadata.name} is defined by ${ofClass.prop} and by ${resource.node.path}: the one that is created last would fail; ${way}, or take it out of the manifest`];
    }
    return other ? [`${kind} ${shortNameOf(object)} is defined by ${other.node.path} and by ${resource.node.path}: the one that is created last would fail; `
      + 'take one of them out, or choose another name or namespace'] : [];
  }));
}

/** A condition may create one of two manifests only. */
function mustCreate(resource: CfnResource): boolean {
  return resource.cfnOptions.condition === undefined && !propertiesOf(resource).Overwrite;
}

/** Finds TargetGroupBindings that the controller's webhook rejects, or that it has no permission for. */
export function findBindingFaults(manifests: readonly ReadManifest[], roleArns: readonly string[] | undefined): ObjectFinding[] {
  const bound = new Map<unknown, KubernetesObject>();
  return manifests.flatMap((manifest) => manifest.objects.filter((object) => object.kind === 'TargetGroupBinding' && groupOf(object) === 'elbv2.k8s.aws').flatMap((object) => {
    const { targetGroupARN: targetGroup, iamRoleArnToAssume: role, multiClusterTargetGroup } = object.spec ?? {};
    const other = isUnknown(targetGroup) ? undefined : bound.get(targetGroup);
    if (targetGroup !== undefined) bound.set(targetGroup, other ?? object);
    const at = `TargetGroupBinding ${nameOf(object)}`;
    const findings: Finding[] = [
      ...other && !(multiClusterTargetGroup && other.spec.multiClusterTargetGroup) ? [{
        at: `${at} spec.targetGroupARN`,
        rule: `must not be that of TargetGroupBinding ${nameOf(other)} too: the webhook of the controller rejects the second one`,
        value: targetGroup,
        remedy: 'bind one of them, or set multiClusterTargetGroup on both',
        warning: 'targetGroupBoundTwice',
      }] : [],
      ...typeof role === 'string' && role !== '' && !isUnknown(role) && !roleArns?.some((arn) => arn === role || isUnknown(arn)) ? [{
        at: `${at} spec.iamRoleArnToAssume`,
        rule: 'must be a role that the controller may assume',
        value: role,
        remedy: 'add it to targetGroupBindingRoleArns',
        warning: 'targetGroupBindingRole',
      }] : [],
    ];
    return findings.map((finding) => ({ manifest, finding }));
  }));
}

/** Prefixes of controllers for ALB Ingresses: of the AWS Load Balancer Controller, and of EKS Auto Mode. */
const ALB_CONTROLLERS = /^(ingress\.k8s\.aws|eks\.amazonaws\.com)\//;

/**
 * Finds classes for ALBs that nothing in the cluster serves.
 *
 * @param others controllers that may serve classes too
 */
export function findUnservedClasses(
  manifests: readonly ReadManifest[], { ingressController }: ServingController, others: readonly string[],
): ObjectFinding[] {
  const mayServe = (controller: string) => controller === ingressController || others.includes(controller);
  return manifests.flatMap((manifest) => manifest.objects.flatMap((object): ObjectFinding[] => {
    const controller = object.kind === 'IngressClass' ? object.spec?.controller : undefined;
    if (typeof controller !== 'string' || isUnknown(controller) || !ALB_CONTROLLERS.test(controller) || mayServe(controller)) {
      return [];
    }
    return [{
      manifest,
      finding: {
        at: `IngressClass ${object.metadata?.name} spec.controller`,
        rule: `must be ${ingressController}, which serves this cluster`,
        value: controller,
        remedy: 'correct it',
        warning: 'ingressClassNotServed',
      },
    }];
  }));
}

function groupOf({ apiVersion = '' }: KubernetesObject): string {
  return String(apiVersion).includes('/') ? String(apiVersion).split('/')[0] : '';
}

/** Without the namespace where none is given: the kind may have none. */
function shortNameOf(object: KubernetesObject): string {
  return object.metadata?.namespace === undefined ? `${object.metadata?.name}` : `${namespaceOf(object)}/${object.metadata?.name}`;
}
